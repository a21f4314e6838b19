import { describe, expect, it } from "vitest";

import { oneIn, placeOf, superscript, toleratedBy } from "./evidence";

describe("the scale of false match rates", () => {
  it("goes from everybody to one in a billion, by powers of ten", () => {
    expect(placeOf(1)).toBe(0);
    expect(placeOf(1e-9)).toBeCloseTo(1);
    expect(placeOf(1e-3)).toBeCloseTo(1 / 3);
  });

  it("ends where nothing can be told apart any more", () => {
    expect(placeOf(0)).toBe(1);
    expect(placeOf(1e-15)).toBe(1);
    expect(placeOf(2)).toBe(0);
  });

  it("is said as one in so many", () => {
    expect(oneIn(5e-7)).toBe(2_000_000);
    expect(oneIn(0.034)).toBe(29);
    expect(oneIn(0)).toBe(1_000_000_000);
  });
});

describe("a threshold", () => {
  it("stands for the rate that it was made of, whatever was lost on the way", () => {
    expect(toleratedBy(1 - 1e-6)).toBe(1e-6);
    expect(toleratedBy(0.9999)).toBe(1e-4);
  });
});

it("writes powers above the ten", () => {
  expect(superscript(-12)).toBe("⁻¹²");
  expect(superscript(0)).toBe("⁰");
});
