import type { components } from "@/api/schema";

export type AttemptFigures = components["schemas"]["AttemptFiguresResult"];
type Counts = Omit<components["schemas"]["BucketResult"], "at">;

/** Add up what was tried in all buckets. */
export function totalOf(buckets: readonly Counts[]): Counts {
  const none = { authentications: 0, accepted: 0, identifications: 0, found: 0, enrollments: 0 };
  return buckets.reduce(
    (total, bucket) => ({
      authentications: total.authentications + bucket.authentications,
      accepted: total.accepted + bucket.accepted,
      identifications: total.identifications + bucket.identifications,
      found: total.found + bucket.found,
      enrollments: total.enrollments + bucket.enrollments,
    }),
    none,
  );
}

/** Return a part of a whole as a share, null of nothing. */
export function shareOf(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

/** How often something was the reason. */
export interface Ranked {
  readonly reason: string;
  readonly count: number;
  readonly share: number;
}

/** Return reasons, the most frequent first. */
export function rankReasons(reasons: Readonly<Record<string, number>>): Ranked[] {
  const total = Object.values(reasons).reduce((sum, count) => sum + count, 0);
  return Object.entries(reasons)
    .map(([reason, count]) => ({ reason, count, share: count / total }))
    .sort((one, other) => other.count - one.count);
}
