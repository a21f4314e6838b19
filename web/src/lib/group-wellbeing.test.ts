import { describe, expect, it } from "vitest";

import { type WellbeingPoint, withGaps } from "./group-wellbeing";

function pointOf(start: string): WellbeingPoint {
  return { start, score: 50, low: 40, high: 60, count: 9, smoothed: 51 };
}

describe("withGaps", () => {
  it("fills in the weeks of which nothing is told", () => {
    const points = [pointOf("2026-10-26"), pointOf("2026-11-16")];
    const told = withGaps({ points, trend: null }, "week");
    expect(told.map(({ start }) => start)).toEqual([
      "2026-10-26",
      "2026-11-02",
      "2026-11-09",
      "2026-11-16",
    ]);
    expect(told.map(({ point }) => point !== null)).toEqual([true, false, false, true]);
  });

  it("is empty where nothing is told", () => {
    expect(withGaps({ points: [], trend: null }, "day")).toEqual([]);
  });
});
