import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/** Of a page that is not laid out, as in tests. */
const UNKNOWN_PX = 640;

/** How wide an element is, before it is painted and whenever that changes. */
export function useWidth(): [RefObject<HTMLDivElement | null>, number] {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const measured = element.current;
    if (measured === null) return;
    const measure = () => setWidth(measured.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(measured);
    return () => observer.disconnect();
  }, []);
  return [element, width || UNKNOWN_PX];
}
