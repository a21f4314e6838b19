import { type KeyboardEvent, type PointerEvent, type ReactNode, useId } from "react";

import classes from "./charts.module.css";
import { HatchContext } from "./hatch";
import { useWidth } from "./use-width";

/** What is left for the drawing between the margins, in pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
}

/** One of the places along the horizontal axis is looked at, by pointer or with the arrow keys. */
export interface Inspection {
  readonly name: string;
  readonly count: number;
  readonly place: number | null;
  /** What there is to read at a place. */
  readonly says: (place: number) => string;
  readonly onInspect: (place: number | null) => void;
}

interface Props {
  /** What those who do not see it are told. */
  label: string;
  height: number;
  margin?: { top?: number; right?: number; bottom?: number; left?: number };
  inspection?: Inspection;
  /** It holds something of its own to work with, as a line to drag. */
  operable?: boolean;
  children: (frame: Frame) => ReactNode;
}

/** The ground of every chart: as wide as there is room, its margins left to the axes. */
export function Plot({ label, height, margin, inspection, operable, children }: Props) {
  const [element, width] = useWidth();
  const hatch = useId();
  const { top = 8, right = 8, bottom = 24, left = 40 } = margin ?? {};
  const frame = { width: Math.max(width - left - right, 1), height: height - top - bottom };
  const drawing = (
    <svg
      width={width}
      height={height}
      {...(inspection ? { "aria-hidden": true } : { role: operable ? "group" : "img" })}
      aria-label={inspection ? undefined : label}
    >
      <defs>
        <Hatch id={hatch} />
      </defs>
      <g transform={`translate(${left} ${top})`}>
        <HatchContext value={`url(#${hatch})`}>{children(frame)}</HatchContext>
      </g>
    </svg>
  );
  if (inspection === undefined || inspection.count === 0) {
    return (
      <div ref={element} className={classes.plot} style={{ height }}>
        {drawing}
      </div>
    );
  }
  return (
    <div
      ref={element}
      className={`${classes.plot ?? ""} ${classes.inspected ?? ""}`}
      style={{ height }}
      {...inspectorOf(inspection, left, frame.width)}
    >
      {drawing}
    </div>
  );
}

function Hatch({ id }: { id: string }) {
  return (
    <pattern
      id={id}
      width={5}
      height={5}
      patternUnits="userSpaceOnUse"
      patternTransform="rotate(45)"
    >
      <rect width={5} height={5} className={classes.bad} />
      <line x1={0} y1={0} x2={0} y2={5} className={classes.hatch} />
    </pattern>
  );
}

/** A slider over places: a reader of screens speaks what there is at each. */
function inspectorOf(inspection: Inspection, left: number, width: number) {
  const { count, place, onInspect } = inspection;
  const shown = place ?? count - 1;
  return {
    role: "slider",
    tabIndex: 0,
    "aria-label": inspection.name,
    "aria-valuemin": 0,
    "aria-valuemax": count - 1,
    "aria-valuenow": shown,
    "aria-valuetext": inspection.says(shown),
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
      const x = event.clientX - event.currentTarget.getBoundingClientRect().left - left;
      onInspect(within(Math.floor((x / width) * count), count));
    },
    onPointerLeave: () => onInspect(null),
    onBlur: () => onInspect(null),
    onKeyDown: (event: KeyboardEvent) => {
      const next = placeAfter(event.key, place, count);
      if (next === undefined) return;
      event.preventDefault();
      onInspect(next);
    },
  };
}

function placeAfter(key: string, place: number | null, count: number): number | null | undefined {
  const from = place ?? count;
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return within(from - 1, count);
    case "ArrowRight":
    case "ArrowUp":
      return within(from + 1, count);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    case "Escape":
      return null;
    default:
      return undefined;
  }
}

function within(place: number, count: number): number {
  return Math.min(Math.max(place, 0), count - 1);
}
