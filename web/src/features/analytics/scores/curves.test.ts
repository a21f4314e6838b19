import { describe, expect, it } from "vitest";

import { deviates, domainOf, pointsOf, writtenWithin } from "./curves";

describe("curves", () => {
  it("leave out rates that normal deviates cannot show", () => {
    const points = pointsOf({
      thresholds: [0, 1, 2],
      false_match_rates: [1, 0.1, 0],
      false_non_match_rates: [0, 0.2, 0.5],
      fmr_intervals: [],
    });
    expect(points).toEqual([{ fmr: 0.1, fnmr: 0.2 }]);
  });

  it("have axes between rates that are written on them", () => {
    const domain = domainOf([0.0004, 0.03, 0.3]);
    expect(domain).toEqual([1e-4, 0.4]);
    expect(writtenWithin(domain)).toEqual([1e-4, 0.001, 0.01, 0.05, 0.1, 0.2, 0.4]);
  });

  it("have axes even where nothing was measured", () => {
    expect(domainOf([])[0]).toBeLessThan(domainOf([])[1]);
  });

  it("keep a point that no axis has at its end", () => {
    const scale = deviates([0.001, 0.4], [0, 100]);
    expect(scale(0)).toBe(0);
    expect(scale(1)).toBeCloseTo(100);
  });
});
