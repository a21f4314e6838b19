import charts from "@/components/charts/charts.module.css";
import { useHatch } from "@/components/charts/hatch";
import { stepsOf } from "@/components/charts/paths";
import type { Frame } from "@/components/charts/Plot";
import type { Scale } from "@/components/charts/scales";

import classes from "../Analytics.module.css";
import type { Histogram } from "./histogram";

interface Props {
  of: "good" | "bad";
  bins: Histogram;
  x: Scale;
  y: Scale;
  frame: Frame;
  /** The id of the clip path around what a threshold gets wrong. */
  wrong: string;
}

/** A histogram as an outline, faintly filled, and strongly where the threshold gets it wrong. */
export function Bins({ of, bins, x, y, frame, wrong }: Props) {
  const hatch = useHatch();
  const outline = stepsOf(bins.edges.map(x), bins.shares.map(y), frame.height);
  return (
    <g>
      <path d={outline} className={`${charts[of] ?? ""} ${classes.right ?? ""}`} />
      <path
        d={outline}
        clipPath={`url(#${wrong})`}
        {...(of === "bad" ? { fill: hatch } : { className: charts.good })}
      />
      <path d={outline} className={of === "bad" ? charts.lineBad : charts.line} />
    </g>
  );
}
