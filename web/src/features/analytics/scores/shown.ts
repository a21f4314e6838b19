import type { ScoreFigures, ScoreSource } from "../api/get-scores";
import type { Costs } from "../error-rates";

/** What all parts of the page show: a source, a threshold, and what that costs there. */
export interface Shown {
  readonly unit: ScoreFigures["unit"];
  readonly source: ScoreSource;
  /** The threshold that the server decides by. */
  readonly decides: number;
  readonly threshold: number;
  readonly costs: Costs;
}
