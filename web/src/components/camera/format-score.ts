/** Return a score of any magnitude with as many digits as tell it from its threshold. */
export function formatScore(score: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumSignificantDigits: 3 }).format(score);
}
