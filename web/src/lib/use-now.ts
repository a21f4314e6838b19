import { useEffect, useState } from "react";

const TICKS_EVERY_MS = 30_000;

/** The time, anew every half minute: enough for "3 minutes ago". */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), TICKS_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
