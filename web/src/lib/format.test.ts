import { describe, expect, it } from "vitest";

import {
  formatAbsolute,
  formatBytes,
  formatCount,
  formatDay,
  formatRate,
  formatRelative,
  formatShare,
} from "./format";

const NOW = new Date("2026-11-21T12:00:00Z");

function secondsFromNow(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1000);
}

describe("relative times", () => {
  it.each([
    [0, "now"],
    [-1, "1 second ago"],
    [-59, "59 seconds ago"],
    [-60, "1 minute ago"],
    [-3_580, "1 hour ago"],
    [-3_600, "1 hour ago"],
    [-23.7 * 3_600, "yesterday"],
    [-86_400, "yesterday"],
    [-7 * 86_400, "last week"],
    [-2_592_000, "last month"],
    [-31_536_000, "last year"],
    [90, "in 2 minutes"],
    [86_400, "tomorrow"],
  ])("says %i seconds as %s", (seconds, said) => {
    expect(formatRelative(secondsFromNow(seconds), NOW, "en")).toBe(said);
  });

  it("speaks the language of the page", () => {
    expect(formatRelative(secondsFromNow(-180), NOW, "de")).toBe("vor 3 Minuten");
  });
});

describe("absolute times", () => {
  it("say the day and the second", () => {
    expect(formatAbsolute(new Date(2026, 10, 21, 9, 5, 7), "de")).toBe("21.11.2026, 09:05:07");
    expect(formatDay(new Date(2026, 10, 21), "en")).toBe("Nov 21, 2026");
  });
});

describe("numbers", () => {
  it("group their digits as the language does", () => {
    expect(formatCount(1234567, "en")).toBe("1,234,567");
    expect(formatCount(1234567, "de")).toBe("1.234.567");
  });

  it("are shares with as many digits as asked for", () => {
    expect(formatShare(0.98765, "en")).toBe("98.8%");
    expect(formatShare(0.98765, "en", 0)).toBe("99%");
  });

  it("are rates that stay readable when they are tiny", () => {
    expect(formatRate(0, "en")).toBe("0%");
    expect(formatRate(0.024, "en")).toBe("2.4%");
    expect(formatRate(0.001, "en")).toBe("0.1%");
    expect(formatRate(0.0001, "en")).toBe("1 : 10,000");
    expect(formatRate(0.00000312, "en")).toBe("1 : 320,000");
  });

  it.each([
    [0, "0 byte"],
    [999, "999 byte"],
    [1_000, "1 kB"],
    [1_540_000, "1.5 MB"],
    [2_000_000_000, "2 GB"],
    [5_000_000_000_000, "5,000 GB"],
  ])("are sizes: %i bytes are %s", (bytes, said) => {
    expect(formatBytes(bytes, "en")).toBe(said);
  });
});
