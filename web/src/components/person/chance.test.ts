import { expect, test } from "vitest";

import { strangersPerMatch } from "./chance";

test.each([
  [1, "1"],
  [0.5, "2"],
  [0.0213, "47"],
  [0.000038, "26,000"],
  [4.97e-7, "2,000,000"],
])("a rate of %d is one stranger in %s", (rate, count) => {
  expect(strangersPerMatch(rate, "en")).toBe(count);
});

test("counts as the language writes them", () => {
  expect(strangersPerMatch(0.000038, "de")).toBe("26.000");
});

test("says nothing of a rate that is not told or cannot be", () => {
  expect(strangersPerMatch(null, "en")).toBeNull();
  expect(strangersPerMatch(0, "en")).toBeNull();
});
