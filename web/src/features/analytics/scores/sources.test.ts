import { describe, expect, it } from "vitest";

import type { ScoreFigures, ScoreSource } from "../api/get-scores";
import { serverThreshold, sourcesOf } from "./sources";

function sourceOf(source: ScoreSource["source"], samples: number, strict: number): ScoreSource {
  return {
    source,
    samples,
    description: "",
    genuine_comparisons: 10,
    impostor_comparisons: 10,
    edges: [0, strict],
    genuine: [1],
    impostor: [1],
    thresholds: [0, strict],
    false_match_rates: [0.1, 0.001],
    false_non_match_rates: [0, 0.5],
    fmr_intervals: [
      [0, 1],
      [0, 1],
    ],
  };
}

const FIGURES: ScoreFigures = {
  unit: "cosine",
  target_fmr: 0.001,
  threshold: 0.6,
  sources: [
    sourceOf("calibration", 5, 0.8),
    sourceOf("gallery", 2, 0.9),
    sourceOf("calibration", 1, 0.6),
    sourceOf("calibration", 3, 0.7),
  ],
};

describe("serverThreshold", () => {
  it.each([
    [1, 0.6],
    [2, 0.7],
    [3, 0.7],
    [4, 0.8],
    [9, 0.8],
  ])("of %d samples never is that of fewer", (samples, threshold) => {
    expect(serverThreshold(FIGURES, samples)).toBeCloseTo(threshold);
  });

  it("is what the server says where there is no calibration to read it off", () => {
    expect(serverThreshold({ ...FIGURES, sources: [] }, 3)).toBe(0.6);
  });
});

describe("sourcesOf", () => {
  it("are in the order of their samples", () => {
    expect(sourcesOf(FIGURES, "calibration").map(({ samples }) => samples)).toEqual([1, 3, 5]);
  });
});
