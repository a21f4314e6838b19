import { describe, expect, it } from "vitest";

import { isWeekend, usualOf } from "./attendance";

function dayOf(people: number | null, authentications: number | null, accepted: number | null) {
  return { date: "2026-11-19", people, authentications, accepted };
}

describe("usualOf", () => {
  it("is the median of days, and the share of all attempts", () => {
    const days = [dayOf(10, 20, 18), dayOf(30, 40, 40), dayOf(11, 40, 37), dayOf(12, 0, 0)];
    expect(usualOf(days)).toEqual({ people: 11.5, accepted: 0.95 });
  });

  it("leaves out days of too few people", () => {
    const days = [dayOf(null, null, null), dayOf(8, 10, 9)];
    expect(usualOf(days)).toEqual({ people: 8, accepted: 0.9 });
  });

  it("says nothing of none", () => {
    expect(usualOf([dayOf(null, null, null)])).toEqual({ people: null, accepted: null });
    expect(usualOf([])).toEqual({ people: null, accepted: null });
  });
});

describe("isWeekend", () => {
  it("goes by the server's date", () => {
    expect(isWeekend("2026-11-21")).toBe(true);
    expect(isWeekend("2026-11-22")).toBe(true);
    expect(isWeekend("2026-11-23")).toBe(false);
  });
});
