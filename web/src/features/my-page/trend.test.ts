import { expect, test } from "vitest";

import { directionOf } from "./trend";

test.each([
  [{ per_week: 1.2, low: 0.3, high: 2.1 }, "rising"],
  [{ per_week: -1.2, low: -2.1, high: -0.3 }, "falling"],
  [{ per_week: 1.2, low: -0.1, high: 2.5 }, "steady"],
  [{ per_week: -1.2, low: -2.5, high: 0 }, "steady"],
  [null, "steady"],
])("%o is %s", (trend, direction) => {
  expect(directionOf({ points: [], trend })).toBe(direction);
});
