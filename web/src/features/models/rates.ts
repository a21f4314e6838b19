export interface ErrorRate {
  /** Pictures that a person was enrolled with. */
  readonly samples: number;
  /** Share of their attempts that are refused all the same. */
  readonly falseNonMatchRate: number;
}

/** Read `{"1 samples": 0.06, ...}`, the fewest samples first. */
export function ratesOf(expected: Readonly<Record<string, number>>): ErrorRate[] {
  return Object.entries(expected)
    .map(([samples, falseNonMatchRate]) => ({
      samples: Number.parseInt(samples, 10),
      falseNonMatchRate,
    }))
    .toSorted((one, other) => one.samples - other.samples);
}
