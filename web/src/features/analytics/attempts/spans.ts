import type { Bucket } from "@/components/charts/moments";

/** How far back is looked, and how finely. */
export interface Span {
  readonly name: string;
  readonly bucket: Bucket;
  readonly buckets: number;
}

export const SPANS = {
  "24h": { name: "24h", bucket: "hour", buckets: 24 },
  "7d": { name: "7d", bucket: "day", buckets: 7 },
  "30d": { name: "30d", bucket: "day", buckets: 30 },
  "90d": { name: "90d", bucket: "day", buckets: 90 },
} as const satisfies Record<string, Span>;

export type SpanName = keyof typeof SPANS;
export const SPAN_NAMES = Object.keys(SPANS) as SpanName[];

const LENGTH_MS = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const;

/** Return a moment in the first bucket of a span whose last bucket is the one of now. */
export function beginningOf(span: Span, now: Date): Date {
  return new Date(now.getTime() - (span.buckets - 1) * LENGTH_MS[span.bucket]);
}
