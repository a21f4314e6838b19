/** Whether somebody's face is refused: not, until a time, or until an operator lifts it. */
export type LockState = "open" | "until" | "forever";

/** The server says "for ever" as a time in the year 9999. */
const FOREVER_YEAR = 9999;

export function lockStateOf(lockedUntil: string | null, now: Date): LockState {
  if (lockedUntil === null) return "open";
  const until = new Date(lockedUntil);
  if (until <= now) return "open";
  return until.getUTCFullYear() >= FOREVER_YEAR ? "forever" : "until";
}
