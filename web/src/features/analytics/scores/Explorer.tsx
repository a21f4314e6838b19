import { useState } from "react";

import classes from "../Analytics.module.css";
import type { ScoreFigures, ScoreSource } from "../api/get-scores";
import { costsAt } from "../error-rates";
import { CostCards } from "./CostCards";
import { HistogramFigure } from "./HistogramFigure";
import { serverThreshold } from "./sources";
import { TradeOff } from "./TradeOff";

interface Props {
  figures: ScoreFigures;
  source: ScoreSource;
}

/** A threshold to move, beginning with the server's, and what it would cost, read off as it moves. */
export function Explorer({ figures, source }: Props) {
  const decides = serverThreshold(figures, source.samples);
  const [threshold, setThreshold] = useState(decides);
  const costs = costsAt(source, threshold);
  const shown = { unit: figures.unit, source, decides, threshold, costs };
  return (
    <div className={classes.explorer}>
      <HistogramFigure {...shown} onMove={setThreshold} />
      <CostCards {...shown} onReset={() => setThreshold(decides)} />
      <TradeOff {...shown} />
    </div>
  );
}
