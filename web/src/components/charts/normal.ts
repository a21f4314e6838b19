/** Of the rational approximation below: numerator and denominator, highest power first. */
const CENTER = {
  above: [
    -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2,
    -3.066479806614716e1, 2.506628277459239,
  ],
  below: [
    -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1,
    -1.328068155288572e1, 1,
  ],
} as const;
const TAIL = {
  above: [
    -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734,
    4.374664141464968, 2.938163982698783,
  ],
  below: [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1],
} as const;
const TAIL_FROM = 0.02425;

/**
 * Return the normal deviate below which a share of all lies: the scale of DET curves.
 *
 * Good to a relative error of 1.2e-9 (P. J. Acklam, An algorithm for computing the inverse normal
 * cumulative distribution function, 2003). Infinite for 0 and 1.
 */
export function probit(share: number): number {
  if (share <= 0) return -Infinity;
  if (share >= 1) return Infinity;
  if (share > 0.5) return -probit(1 - share);
  if (share < TAIL_FROM) {
    const root = Math.sqrt(-2 * Math.log(share));
    return polynomial(TAIL.above, root) / polynomial(TAIL.below, root);
  }
  const square = (share - 0.5) ** 2;
  return ((share - 0.5) * polynomial(CENTER.above, square)) / polynomial(CENTER.below, square);
}

function polynomial(coefficients: readonly number[], at: number): number {
  return coefficients.reduce((sum, each) => sum * at + each, 0);
}
