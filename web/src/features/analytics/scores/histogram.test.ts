import { describe, expect, it } from "vitest";

import { floorOf, rebin, shareBeyond } from "./histogram";

const EDGES = [0, 0.5, 0.6, 0.65, 1];
const SHARES = [0.4, 0.3, 0.2, 0.05];

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

describe("rebin", () => {
  it("loses nothing and adds nothing, however many bins there are", () => {
    for (let bins = 1; bins <= 80; bins++) {
      const { edges, shares } = rebin(EDGES, SHARES, bins);
      expect(edges).toHaveLength(bins + 1);
      expect(sum(shares)).toBeCloseTo(sum(SHARES), 9);
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    }
  });

  it("keeps bins that are equally wide as they are", () => {
    const { shares } = rebin([0, 1, 2, 3], [0.2, 0.5, 0.3], 3);
    [0.2, 0.5, 0.3].forEach((share, bin) => expect(shares[bin]).toBeCloseTo(share));
  });

  it("spreads a bin evenly", () => {
    expect(rebin([0, 2], [1], 4).shares).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
});

describe("what lies beyond", () => {
  it("is what the bins do not hold", () => {
    expect(shareBeyond(SHARES)).toBeCloseTo(0.05);
    expect(shareBeyond([0.6, 0.4000001])).toBe(0);
  });

  it("of a logarithmic axis is below the least share", () => {
    expect(floorOf([0, 0.02, 0.3])).toBeCloseTo(0.01);
    expect(floorOf([1e-12])).toBe(1e-7);
  });
});
