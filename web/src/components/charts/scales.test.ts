import { describe, expect, it } from "vitest";

import {
  decadesOf,
  labeledPlaces,
  linearScale,
  logScale,
  probitScale,
  roundEnd,
  roundStep,
  spaced,
  ticksOf,
  valueAt,
} from "./scales";

describe("scales", () => {
  it.each([
    ["linear", linearScale],
    ["log", logScale],
    ["probit", probitScale],
  ])("a %s scale puts the ends of the domain at the ends of the pixels", (_, scaleOf) => {
    const scale = scaleOf([0.001, 0.9], [400, 0]);
    expect(scale(0.001)).toBeCloseTo(400);
    expect(scale(0.9)).toBeCloseTo(0);
  });

  it("puts equal factors equally far apart on a log scale", () => {
    const scale = logScale([1e-6, 1], [0, 600]);
    expect(scale(1e-3)).toBeCloseTo(300);
  });

  it("leads from pixels back to the value, and never out of the domain", () => {
    const scale = linearScale([0.7, 1], [10, 310]);
    for (let value = 0.7; value <= 1; value += 0.013) {
      expect(valueAt(scale(value), [0.7, 1], [10, 310])).toBeCloseTo(value);
    }
    expect(valueAt(-50, [0.7, 1], [10, 310])).toBe(0.7);
    expect(valueAt(900, [0.7, 1], [10, 310])).toBeCloseTo(1);
  });
});

describe("ticks", () => {
  it("are round, ascending and within the domain", () => {
    for (let n = 1; n < 200; n++) {
      const low = -n / 7;
      const high = low + n ** 2 / 13;
      const ticks = ticksOf([low, high], 5);
      expect(ticks.length).toBeGreaterThanOrEqual(1);
      expect(ticks.length).toBeLessThanOrEqual(7);
      expect(ticks).toEqual([...ticks].sort((one, other) => one - other));
      expect(Math.min(...ticks)).toBeGreaterThanOrEqual(low - 1e-9);
      expect(Math.max(...ticks)).toBeLessThanOrEqual(high + 1e-9);
    }
    expect(ticksOf([0, 1], 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });

  it("of a domain without length are its one value", () => {
    expect(ticksOf([3, 3], 5)).toEqual([3]);
  });

  it("of a log scale are powers of ten", () => {
    expect(decadesOf([1e-4, 0.5])).toEqual([1e-4, 1e-3, 0.01, 0.1]);
    expect(decadesOf([2, 3])).toEqual([]);
  });

  it("end where a whole step holds the greatest value", () => {
    expect(roundStep(0.03)).toBe(0.05);
    expect(roundEnd(87, 4)).toBe(100);
    expect(roundEnd(0, 4)).toBe(1);
  });

  it("whose labels would touch are left out", () => {
    const scale = linearScale([0, 10], [0, 100]);
    expect(spaced([0, 1, 2, 3, 4, 5, 6], scale, 25)).toEqual([0, 3, 6]);
  });

  it("of places lead up to the last one", () => {
    expect(labeledPlaces(7, 700, 60)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(labeledPlaces(30, 300, 60)).toEqual([5, 11, 17, 23, 29]);
    expect(labeledPlaces(0, 300, 60)).toEqual([]);
  });
});
