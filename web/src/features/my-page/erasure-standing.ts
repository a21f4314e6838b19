import type { HistoryEvent } from "@/components/person/history";

/** As long as a request waits for a decision; see `DECIDED_WITHIN` in mien.core.review. */
const OPEN_FOR_MS = 86_400_000;

/** How far the latest request to be erased is; null for none, and for one that has lapsed. */
export function erasureStanding(
  newestFirst: readonly HistoryEvent[],
  now: Date,
): "open" | "denied" | null {
  const latest = newestFirst.find(
    ({ kind, details }) => (kind === "request" || kind === "decide") && details.kind === "erasure",
  );
  if (latest === undefined) return null;
  if (latest.kind === "decide") return latest.accepted === false ? "denied" : null;
  return now.getTime() - Date.parse(latest.at) < OPEN_FOR_MS ? "open" : null;
}
