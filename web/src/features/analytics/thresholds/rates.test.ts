import { describe, expect, it } from "vitest";

import { marksOf, powersOf, rateOf } from "./rates";

describe("rates to choose from", () => {
  it("go from one in ten to the strictest", () => {
    const powers = powersOf(1e-6, 0.99, 0.001);
    expect(powers.weakest).toBeCloseTo(1);
    expect(powers.strictest).toBeCloseTo(6);
    expect(marksOf(powers)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("hold what is set now, however weak it is", () => {
    expect(powersOf(1e-6, 0.99, 0.5).weakest).toBeCloseTo(0.301, 3);
    expect(powersOf(1e-6, 0.05, 0.001).weakest).toBeCloseTo(1.301, 3);
  });

  it("never leave what the server accepts", () => {
    for (let power = 0; power <= 8; power += 0.1) {
      const rate = rateOf(power, 1.2e-6, 0.05);
      expect(rate).toBeGreaterThanOrEqual(1.2e-6);
      expect(rate).toBeLessThanOrEqual(0.05);
    }
  });
});
