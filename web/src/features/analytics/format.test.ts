import { describe, expect, it } from "vitest";

import { formatErrorRate, formatSimilarity, oneIn } from "./format";

describe("figures of errors", () => {
  it.each([
    [0.0627, "6.3%"],
    [0.001, "0.1%"],
    [1.23e-6, "0.00012%"],
    [0, "0%"],
    [1, "100%"],
  ])("write a rate of %d with two figures", (rate, written) => {
    expect(formatErrorRate(rate, "en")).toBe(written);
  });

  it("write a rate as one in so many", () => {
    expect(oneIn(1e-5, "en")).toBe("100,000");
    expect(oneIn(0.000123456, "de")).toBe("8.100");
    expect(oneIn(0.0223, "en")).toBe("45");
    expect(oneIn(0.345, "en")).toBe("2.9");
  });

  it("write similarities as finely as their unit is told apart", () => {
    expect(formatSimilarity(0.92831, "cosine", "en")).toBe("0.928");
    expect(formatSimilarity(-1.5, "log_odds", "en")).toBe("-1.50");
  });
});
