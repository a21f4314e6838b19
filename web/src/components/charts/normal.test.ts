import { describe, expect, it } from "vitest";

import { probit } from "./normal";

const KNOWN = [
  [0.5, 0],
  [0.975, 1.959963984540054],
  [0.84134474606854, 1],
  [0.01, -2.326347874040841],
  [1e-6, -4.753424308822899],
] as const;

describe("probit", () => {
  it.each(KNOWN)("knows of %d the deviate of the tables", (share, deviate) => {
    expect(probit(share)).toBeCloseTo(deviate, 7);
  });

  it("grows with the share, evenly on both sides of one half", () => {
    const shares = Array.from({ length: 999 }, (_, n) => (n + 1) / 1000);
    shares.slice(1).forEach((share, n) => {
      expect(probit(share)).toBeGreaterThan(probit(shares[n] ?? 1));
      expect(probit(share) + probit(1 - share)).toBeCloseTo(0, 9);
    });
  });

  it("is infinite where nothing, or everything, lies below", () => {
    expect(probit(0)).toBe(-Infinity);
    expect(probit(1)).toBe(Infinity);
  });
});
