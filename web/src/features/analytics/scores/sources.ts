import type { ScoreFigures, ScoreSource } from "../api/get-scores";
import { thresholdFor } from "../error-rates";

export type Origin = ScoreSource["source"];

/** Return the sources of one origin, by how many samples are behind each reference. */
export function sourcesOf(figures: ScoreFigures, origin: Origin): ScoreSource[] {
  return figures.sources
    .filter(({ source }) => source === origin)
    .sort((one, other) => one.samples - other.samples);
}

/**
 * Return the threshold by which the server decides on references of so many samples.
 *
 * It is that of the calibration for as many, or for the next larger number that was calibrated.
 */
export function serverThreshold(figures: ScoreFigures, samples: number): number {
  const curves = sourcesOf(figures, "calibration");
  const curve = curves.find((each) => each.samples >= samples) ?? curves.at(-1);
  return curve === undefined ? figures.threshold : thresholdFor(curve, figures.target_fmr);
}
