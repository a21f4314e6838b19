import { describe, expect, it } from "vitest";

import { nameOfBucket, tickOfBucket } from "./moments";

const MIDNIGHT = new Date("2026-11-19T00:00:00Z");

describe("names of buckets", () => {
  it("keep the server's day wherever they are read", () => {
    expect(nameOfBucket(MIDNIGHT, "day", "en")).toBe("Thu, Nov 19");
    expect(nameOfBucket(MIDNIGHT, "week", "de")).toBe("19. Nov.");
    expect(tickOfBucket(MIDNIGHT, "day", "en")).toBe("Nov 19");
  });

  it("tell hours by the clock", () => {
    const hour = new Date(2026, 10, 19, 14);
    expect(tickOfBucket(hour, "hour", "de")).toBe("14:00");
    expect(nameOfBucket(hour, "hour", "de")).toContain("14:00");
  });
});
