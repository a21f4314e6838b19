import { probitScale } from "@/components/charts/scales";

import type { Rates } from "../error-rates";

/** Rates that are written on the axes of a DET plot. */
const WRITTEN = [
  1e-7, 1e-6, 1e-5, 1e-4, 0.001, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99,
] as const;

export interface RatePoint {
  readonly fmr: number;
  readonly fnmr: number;
}

/** Return both rates at every threshold, but where one of them is so extreme that no axis has it. */
export function pointsOf(rates: Rates): RatePoint[] {
  return rates.false_match_rates
    .map((fmr, place) => ({ fmr, fnmr: rates.false_non_match_rates[place] ?? 1 }))
    .filter(({ fmr, fnmr }) => fmr > 0 && fmr < 1 && fnmr > 0 && fnmr < 1);
}

/** Return the ends of an axis, both of them written, that hold all of some rates. */
export function domainOf(rates: readonly number[]): readonly [number, number] {
  const least = Math.min(...rates);
  const greatest = Math.max(...rates);
  const low = WRITTEN.findLast((rate) => rate <= least) ?? WRITTEN[0];
  const high = WRITTEN.find((rate) => rate >= greatest) ?? 0.99;
  return low < high ? [low, high] : [1e-4, 0.4];
}

/** Return what is written on an axis. */
export function writtenWithin([low, high]: readonly [number, number]): number[] {
  return WRITTEN.filter((rate) => rate >= low && rate <= high);
}

/** A scale of normal deviates that holds the rates beyond its ends at its ends. */
export function deviates(
  [low, high]: readonly [number, number],
  pixels: readonly [number, number],
): (rate: number) => number {
  const scale = probitScale([low, high], pixels);
  return (rate) => scale(Math.min(Math.max(rate, low), high));
}
