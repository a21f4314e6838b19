import { formatCount } from "@/lib/format";

/**
 * Return how many strangers there are for each one who would look as alike, in two digits; null
 * for a rate that says nothing.
 */
export function strangersPerMatch(falseMatchRate: number | null, language: string): string | null {
  if (falseMatchRate === null || falseMatchRate <= 0) return null;
  const strangers = 1 / falseMatchRate;
  return formatCount(strangers < 100 ? Math.round(strangers) : twoDigits(strangers), language);
}

function twoDigits(count: number): number {
  return Number(count.toPrecision(2));
}
