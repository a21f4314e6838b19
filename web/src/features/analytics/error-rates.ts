import type { ScoreSource } from "./api/get-scores";

/** What is needed to tell what a threshold costs. */
export type Rates = Pick<
  ScoreSource,
  "thresholds" | "false_match_rates" | "false_non_match_rates" | "fmr_intervals"
>;

/** What a threshold costs: shares of the comparisons of strangers, and of a person with themselves. */
export interface Costs {
  readonly fmr: number;
  /** 95 %, from the server: over people, and not over comparisons. */
  readonly fmrLow: number;
  readonly fmrHigh: number;
  readonly fnmr: number;
}

/** Return the lowest and the highest threshold that was measured. */
export function rangeOf({ thresholds }: Pick<Rates, "thresholds">): readonly [number, number] {
  return [thresholds[0] ?? 0, thresholds.at(-1) ?? 1];
}

/** Return what a threshold costs; beyond what was measured nothing is promised, so it is clamped. */
export function costsAt(rates: Rates, threshold: number): Costs {
  const at = (values: readonly number[], blend: Blend) =>
    interpolate(rates.thresholds, values, threshold, blend);
  return {
    fmr: at(rates.false_match_rates, geometric),
    fmrLow: at(
      rates.fmr_intervals.map(([low]) => low ?? 0),
      geometric,
    ),
    fmrHigh: at(
      rates.fmr_intervals.map(([, high]) => high ?? 1),
      geometric,
    ),
    fnmr: at(rates.false_non_match_rates, linear),
  };
}

/** Return the lowest threshold that keeps a false match rate; the highest where none does. */
export function thresholdFor(rates: Rates, fmr: number): number {
  const [first, last] = rangeOf(rates);
  const kept = rates.false_match_rates.findIndex((rate) => rate <= fmr);
  if (kept === -1) return last;
  const above = rates.false_match_rates[kept - 1];
  const before = rates.thresholds[kept - 1];
  const below = rates.false_match_rates[kept] ?? 0;
  const after = rates.thresholds[kept] ?? last;
  if (above === undefined || before === undefined) return first;
  if (below <= 0 || below === above) return after;
  const share = (Math.log(above) - Math.log(fmr)) / (Math.log(above) - Math.log(below));
  return before + share * (after - before);
}

/** Return the rate at which both errors are alike. */
export function equalErrorRate(rates: Rates): number {
  let [low, high] = rangeOf(rates);
  for (let halved = 0; halved < 60; halved++) {
    const middle = (low + high) / 2;
    const { fmr, fnmr } = costsAt(rates, middle);
    if (fmr > fnmr) low = middle;
    else high = middle;
  }
  const { fmr, fnmr } = costsAt(rates, high);
  return (fmr + fnmr) / 2;
}

/** Return the 95 % interval of a share of independent trials (E. B. Wilson, 1927). */
export function wilson(share: number, trials: number): readonly [number, number] {
  if (trials <= 0) return [0, 1];
  const z = 1.959963984540054;
  const middle = share + z ** 2 / (2 * trials);
  const spread = z * Math.sqrt((share * (1 - share)) / trials + (z / (2 * trials)) ** 2);
  const whole = 1 + z ** 2 / trials;
  const [low, high] = [(middle - spread) / whole, (middle + spread) / whole];
  return [Math.min(Math.max(low, 0), share), Math.max(Math.min(high, 1), share)]; // but for rounding
}

type Blend = (from: number, to: number, share: number) => number;

function linear(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

/** As the server does: error rates fall by factors; to or from none of all they fall evenly. */
function geometric(from: number, to: number, share: number): number {
  return from > 0 && to > 0 ? from * (to / from) ** share : linear(from, to, share);
}

function interpolate(xs: readonly number[], ys: readonly number[], x: number, blend: Blend) {
  const after = xs.findIndex((each) => each >= x);
  if (after === -1) return ys.at(-1) ?? 0;
  const [x0, x1] = [xs[after - 1], xs[after] ?? 0];
  const [y0, y1] = [ys[after - 1], ys[after] ?? 0];
  if (x0 === undefined || y0 === undefined || x1 === x0) return y1;
  return blend(y0, y1, (x - x0) / (x1 - x0));
}
