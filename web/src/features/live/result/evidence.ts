/** How rare a likeness is, as people read it, and where it lies on a scale of powers of ten. */

/** Rarer than this nothing is told apart on the scale. */
const RAREST_POWER = 9;

/** Return how far along a scale from "everybody" (0) to "one in a billion" (1) a rate lies. */
export function placeOf(rate: number): number {
  const power = rate > 0 ? -Math.log10(rate) : RAREST_POWER;
  return Math.min(Math.max(power / RAREST_POWER, 0), 1);
}

/** Return how many strangers there are for each who looks so alike, rounded to two digits. */
export function oneIn(rate: number): number {
  const many = 1 / Math.max(rate, 10 ** -RAREST_POWER);
  return Number(many.toPrecision(2));
}

/** Return the tolerated false match rate that a threshold of confidence stands for. */
export function toleratedBy(threshold: number): number {
  return Number((1 - threshold).toPrecision(3));
}

/** The powers of ten that the scale is marked with. */
export const MARKS: readonly number[] = [0, 3, 6, RAREST_POWER];

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Return a whole number as it is written above a ten. */
export function superscript(power: number): string {
  return String(power)
    .replace("-", "⁻")
    .replace(/\d/g, (digit) => SUPERSCRIPTS.charAt(Number(digit)));
}

export function rateOfMark(power: number): number {
  return 10 ** -power;
}
