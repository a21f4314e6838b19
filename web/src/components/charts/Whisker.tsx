import classes from "./charts.module.css";
import type { Range } from "./scales";
import { linearScale, logScale } from "./scales";

export interface WhiskerProps {
  /** What those who do not see it are told. */
  label: string;
  value: number;
  low: number;
  /** Null where nothing bounds it: the whisker goes on as an arrow. */
  high: number | null;
  domain: Range;
  /** Equal factors are equally far apart, as ratios are compared. */
  log?: boolean;
  /** A value to compare with, and a limit. */
  reference?: number;
  limit?: number;
  /** Beyond the limit for sure. */
  bad?: boolean;
}

const WIDTH = 160;
const HEIGHT = 24;
const EDGE = 6;

/** A value as a dot, with its interval; several below each other share a domain. */
export function Whisker({
  label,
  value,
  low,
  high,
  domain,
  log,
  reference,
  limit,
  bad,
}: WhiskerProps) {
  const scale = (log ? logScale : linearScale)(domain, [EDGE, WIDTH - EDGE]);
  const x = (each: number) => scale(Math.min(Math.max(each, domain[0]), domain[1]));
  const open = high === null || high > domain[1];
  const end = x(high ?? domain[1]);
  const middle = HEIGHT / 2;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      className={classes.drawn}
      role="img"
      aria-label={label}
    >
      <line x1={EDGE} y1={middle} x2={WIDTH - EDGE} y2={middle} className={classes.grid} />
      {reference !== undefined && (
        <line x1={x(reference)} x2={x(reference)} y1={2} y2={HEIGHT - 2} className={classes.base} />
      )}
      {limit !== undefined && (
        <line x1={x(limit)} x2={x(limit)} y1={2} y2={HEIGHT - 2} className={classes.cursor} />
      )}
      <line
        x1={x(low)}
        x2={end}
        y1={middle}
        y2={middle}
        className={bad ? classes.whiskerBad : classes.whisker}
      />
      {open && <path d={`M${end - 4} ${middle - 4}l4 4l-4 4`} className={classes.arrow} />}
      {bad ? (
        <rect
          x={x(value) - 4.5}
          y={middle - 4.5}
          width={9}
          height={9}
          transform={`rotate(45 ${x(value)} ${middle})`}
          className={classes.bad}
        />
      ) : (
        <circle cx={x(value)} cy={middle} r={5} className={classes.good} />
      )}
    </svg>
  );
}
