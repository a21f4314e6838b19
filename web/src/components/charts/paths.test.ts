import { describe, expect, it } from "vitest";

import { between, lineThrough, runsOf, stepsOf } from "./paths";

describe("paths", () => {
  it("go from point to point", () => {
    expect(
      lineThrough([
        [0, 1],
        [2.04, 3],
      ]),
    ).toBe("M0 1L2 3");
  });

  it("have a gap where a point is missing", () => {
    expect(runsOf([[0, 0], [1, 0], false, [3, 0], false])).toEqual(["M0 0L1 0", "M3 0L3 0"]);
    expect(runsOf([])).toEqual([]);
  });

  it("go around what lies between two lines", () => {
    const upper = [
      [0, 1],
      [1, 1],
    ] as const;
    const lower = [
      [0, 5],
      [1, 4],
    ] as const;
    expect(between(upper, lower)).toBe("M0 1L1 1L1 4L0 5Z");
    expect(between([], [])).toBe("");
  });

  it("go up to the top of each bar and back to the base", () => {
    expect(stepsOf([0, 10, 20], [3, 7], 9)).toBe("M0 9L0 3L10 3L10 7L20 7L20 9");
  });
});
