/** Labels of hours, days and weeks. Days and weeks are the server's, in UTC; hours are of here. */

export type Bucket = "hour" | "day" | "week";

/** Name a bucket in full, as "Thu, Nov 19" or "Nov 19, 14:00". */
export function nameOfBucket(at: Date, bucket: Bucket, language: string): string {
  if (bucket === "hour") {
    return format(at, language, { month: "short", day: "numeric", ...CLOCK });
  }
  const weekday = bucket === "day" ? ({ weekday: "short" } as const) : {};
  return format(at, language, { ...weekday, month: "short", day: "numeric", timeZone: "UTC" });
}

/** Name a bucket in as few letters as go below an axis. */
export function tickOfBucket(at: Date, bucket: Bucket, language: string): string {
  if (bucket === "hour") return format(at, language, CLOCK);
  return format(at, language, { month: "short", day: "numeric", timeZone: "UTC" });
}

const CLOCK = { hour: "2-digit", minute: "2-digit" } as const;

function format(at: Date, language: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language, options).format(at);
}
