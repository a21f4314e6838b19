/** More strangers than these nobody would call a check. */
const WEAKEST_SENSIBLE = 0.1;

/** The ends of a choice of false match rates, as powers of ten, from many to few. */
export interface Powers {
  readonly weakest: number;
  readonly strictest: number;
}

/** Return between which powers a rate is chosen; the one that is set now is among them. */
export function powersOf(strictest: number, weakest: number, current: number): Powers {
  const most = Math.min(weakest, Math.max(WEAKEST_SENSIBLE, current));
  return { weakest: -Math.log10(most), strictest: -Math.log10(strictest) };
}

/** Return the rate of a power, kept within the ends, which rounding must not leave. */
export function rateOf(power: number, strictest: number, weakest: number): number {
  return Math.min(Math.max(10 ** -power, strictest), weakest);
}

/** Return the whole powers between the ends: where a slider has its marks. */
export function marksOf({ weakest, strictest }: Powers): number[] {
  const first = Math.ceil(weakest - 1e-9);
  const count = Math.floor(strictest + 1e-9) - first + 1;
  return Array.from({ length: Math.max(count, 0) }, (_, place) => first + place);
}
