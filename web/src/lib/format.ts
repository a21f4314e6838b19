/** Numbers and times as people of a language write them. `language` is `i18n.language`. */

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

export function formatRelative(at: Date, now: Date, language: string): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const found = UNITS.findIndex(([, length]) => Math.abs(seconds) >= length);
  const place = found === -1 ? UNITS.length - 1 : found;
  // 59.6 minutes are an hour, not 60 minutes.
  const [unit, length] = UNITS[fillsLarger(seconds, place) ? place - 1 : place] ?? ["second", 1];
  return format.format(Math.round(seconds / length), unit);
}

/** Tell whether a span, rounded to a unit, is one of the next larger. */
function fillsLarger(seconds: number, place: number): boolean {
  const [length, larger] = [UNITS[place]?.[1], UNITS[place - 1]?.[1]];
  if (length === undefined || larger === undefined) return false;
  return Math.round(Math.abs(seconds) / length) * length >= larger;
}

export function formatAbsolute(at: Date, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }).format(at);
}

export function formatDay(at: Date, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(at);
}

export function formatCount(count: number, language: string): string {
  return new Intl.NumberFormat(language).format(count);
}

export function formatShare(share: number, language: string, digits = 1): string {
  return new Intl.NumberFormat(language, {
    style: "percent",
    maximumFractionDigits: digits,
  }).format(share);
}

/** An error rate, which may be of any magnitude: 2.4 % or 1 in 10,000. */
export function formatRate(rate: number, language: string): string {
  if (rate >= 0.001 || rate === 0) return formatShare(rate, language, 2);
  return `1 : ${formatCount(Number((1 / rate).toPrecision(2)), language)}`;
}

export function formatBytes(bytes: number, language: string): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: units[power] ?? "byte",
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** power);
}
