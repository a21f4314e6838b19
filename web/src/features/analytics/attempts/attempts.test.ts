import { describe, expect, it } from "vitest";

import { SPANS, beginningOf } from "./spans";
import { rankReasons, shareOf, totalOf } from "./totals";

const DAY = { authentications: 10, accepted: 8, identifications: 3, found: 1, enrollments: 2 };

describe("spans", () => {
  it("end with the bucket of now", () => {
    const now = new Date("2026-11-21T15:30:00Z");
    expect(beginningOf(SPANS["24h"], now).toISOString()).toBe("2026-11-20T16:30:00.000Z");
    expect(beginningOf(SPANS["7d"], now).toISOString()).toBe("2026-11-15T15:30:00.000Z");
  });
});

describe("totals", () => {
  it("add up all buckets, and are none of none", () => {
    expect(totalOf([DAY, DAY]).accepted).toBe(16);
    expect(totalOf([]).authentications).toBe(0);
  });

  it("have no share of nothing", () => {
    expect(shareOf(8, 10)).toBe(0.8);
    expect(shareOf(0, 0)).toBeNull();
  });
});

describe("rankReasons", () => {
  it("puts the most frequent first, with its share of all", () => {
    expect(rankReasons({ LOW_CONFIDENCE: 1, MATCH: 3 })).toEqual([
      { reason: "MATCH", count: 3, share: 0.75 },
      { reason: "LOW_CONFIDENCE", count: 1, share: 0.25 },
    ]);
  });
});
