import { formatCount } from "@/lib/format";

import type { ScoreFigures } from "./api/get-scores";

/** Write an error rate of any magnitude as a percentage of two figures, as 0.0012%. */
export function formatErrorRate(rate: number, language: string): string {
  return new Intl.NumberFormat(language, {
    style: "percent",
    maximumSignificantDigits: 2,
  }).format(rate);
}

/** Write the number of whom a rate is one, to two or three figures. */
export function oneIn(rate: number, language: string): string {
  const figures = rate > 0.01 ? 2 : 3;
  return formatCount(Number((1 / rate).toPrecision(figures)), language);
}

/** Write a similarity as finely as it is decided on. */
export function formatSimilarity(value: number, unit: ScoreFigures["unit"], language: string) {
  return formatFixed(value, unit === "cosine" ? 3 : 2, language);
}

/** Write a number with so many digits after the point, so that a column of them is even. */
export function formatFixed(value: number, digits: number, language: string): string {
  return new Intl.NumberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}
