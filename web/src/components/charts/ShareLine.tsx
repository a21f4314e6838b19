import { useTranslation } from "react-i18next";

import { formatShare } from "@/lib/format";

import { ValueAxis } from "./Axes";
import classes from "./charts.module.css";
import { runsOf } from "./paths";
import { Plot } from "./Plot";
import { linearScale } from "./scales";

interface Props {
  label: string;
  /** Null where there is nothing to have a share of. */
  shares: readonly (number | null)[];
  /** Which of them is looked at, in the chart above. */
  place: number | null;
  height?: number;
}

/** A share over time, below bars of the same times; its axis begins where it has something to show. */
export function ShareLine({ label, shares, place, height = 84 }: Props) {
  const { i18n } = useTranslation();
  const known = shares.filter((share) => share !== null);
  const low = Math.min(Math.floor(Math.min(...known, 1) * 10) / 10, 0.9);
  return (
    <Plot label={label} height={height} margin={{ bottom: 8 }}>
      {(frame) => {
        const y = linearScale([low, 1], [frame.height, 0]);
        const x = linearScale([0, shares.length], [0, frame.width]);
        const points = shares.map(
          (share, each) => share !== null && ([x(each + 0.5), y(share)] as const),
        );
        const at = place === null ? undefined : points[place];
        return (
          <>
            <ValueAxis
              frame={frame}
              scale={y}
              ticks={[low, 1]}
              format={(tick) => formatShare(tick, i18n.language, 0)}
            />
            {runsOf(points).map((run) => (
              <path key={run} d={run} className={classes.line} strokeLinecap="round" />
            ))}
            {at && <circle cx={at[0]} cy={at[1]} r={4} className={classes.dot} />}
          </>
        );
      }}
    </Plot>
  );
}
