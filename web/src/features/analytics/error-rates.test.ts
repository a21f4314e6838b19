import { describe, expect, it } from "vitest";

import { type Rates, costsAt, equalErrorRate, thresholdFor, wilson } from "./error-rates";

const RATES: Rates = {
  thresholds: [0.2, 0.4, 0.6, 0.8],
  false_match_rates: [1, 0.1, 0.001, 0],
  false_non_match_rates: [0, 0.01, 0.05, 0.4],
  fmr_intervals: [
    [1, 1],
    [0.05, 0.2],
    [0.0001, 0.005],
    [0, 0.002],
  ],
};
const SWEEP = Array.from({ length: 101 }, (_, n) => 0.1 + 0.008 * n);

describe("costsAt", () => {
  it("is what was measured at a measured threshold", () => {
    expect(costsAt(RATES, 0.4)).toEqual({ fmr: 0.1, fmrLow: 0.05, fmrHigh: 0.2, fnmr: 0.01 });
  });

  it("goes by factors for false matches and evenly for false non-matches", () => {
    const { fmr, fnmr } = costsAt(RATES, 0.5);
    expect(fmr).toBeCloseTo(0.01);
    expect(fnmr).toBeCloseTo(0.03);
  });

  it("promises nothing beyond what was measured", () => {
    expect(costsAt(RATES, -3)).toEqual(costsAt(RATES, 0.2));
    expect(costsAt(RATES, 7)).toEqual(costsAt(RATES, 0.8));
  });

  it("never has fewer false non-matches, or more false matches, at a stricter threshold", () => {
    const costs = SWEEP.map((threshold) => costsAt(RATES, threshold));
    costs.slice(1).forEach((stricter, place) => {
      const weaker = costs[place];
      expect(stricter.fmr).toBeLessThanOrEqual(weaker?.fmr ?? 0);
      expect(stricter.fnmr).toBeGreaterThanOrEqual(weaker?.fnmr ?? 1);
    });
  });

  it("lies within its own interval", () => {
    SWEEP.map((threshold) => costsAt(RATES, threshold)).forEach(({ fmr, fmrLow, fmrHigh }) => {
      expect(fmrLow).toBeLessThanOrEqual(fmr);
      expect(fmr).toBeLessThanOrEqual(fmrHigh);
    });
  });
});

describe("thresholdFor", () => {
  it("leads back to the rate that it was asked for", () => {
    for (const fmr of [0.7, 0.1, 0.03, 0.004, 0.001]) {
      expect(costsAt(RATES, thresholdFor(RATES, fmr)).fmr).toBeCloseTo(fmr, 9);
    }
  });

  it("errs on the strict side where no rate lies between", () => {
    expect(thresholdFor(RATES, 1e-9)).toBe(0.8);
    expect(thresholdFor({ ...RATES, false_match_rates: [1, 0.1, 0.01, 0.01] }, 1e-9)).toBe(0.8);
    expect(thresholdFor(RATES, 1)).toBe(0.2);
  });
});

describe("equalErrorRate", () => {
  it("is where both rates meet", () => {
    const rate = equalErrorRate(RATES);
    expect(rate).toBeGreaterThan(0.01);
    expect(rate).toBeLessThan(0.05);
    expect(costsAt(RATES, thresholdFor(RATES, rate)).fnmr).toBeCloseTo(rate, 6);
  });
});

describe("wilson", () => {
  it("holds the share, and is narrower of more trials", () => {
    for (const share of [0, 0.01, 0.5, 1]) {
      const [low, high] = wilson(share, 50);
      const [nearerLow, nearerHigh] = wilson(share, 5000);
      expect(low).toBeLessThanOrEqual(share);
      expect(high).toBeGreaterThanOrEqual(share);
      expect(nearerHigh - nearerLow).toBeLessThan(high - low);
    }
  });

  it("is what the tables have of 10 in 100, and anything of no trials", () => {
    const [low, high] = wilson(0.1, 100);
    expect(low).toBeCloseTo(0.0552, 3);
    expect(high).toBeCloseTo(0.1744, 3);
    expect(wilson(0, 0)).toEqual([0, 1]);
  });
});
