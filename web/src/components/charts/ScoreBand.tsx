import { useTranslation } from "react-i18next";

import { formatCount } from "@/lib/format";

import { FlatAxis, ValueAxis } from "./Axes";
import classes from "./charts.module.css";
import { between, lineThrough, runsOf } from "./paths";
import { type Frame, type Inspection, Plot } from "./Plot";
import { type Scale, labeledPlaces, linearScale } from "./scales";

/** A score of a period, 0 to 100, and between what it lies. */
export interface ScorePoint {
  readonly score: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly smoothed: number;
}

interface Props {
  /** One for each period; null where nothing is told. */
  points: readonly (ScorePoint | null)[];
  tickOf: (place: number) => string;
  inspection: Inspection;
  height?: number;
}

const NEUTRAL = 50;
const TICKS_APART_PX = 62;

/** Scores over time with their intervals, the line through them smoothed. */
export function ScoreBand({ points, tickOf, inspection, height = 180 }: Props) {
  const { i18n } = useTranslation();
  return (
    <Plot label={inspection.name} height={height} margin={{ left: 32 }} inspection={inspection}>
      {(frame) => {
        const y = linearScale([0, 100], [frame.height, 0]);
        const x = linearScale([0, points.length], [0, frame.width]);
        const middle = (place: number) => x(place + 0.5);
        return (
          <>
            <ValueAxis
              frame={frame}
              scale={y}
              ticks={[0, NEUTRAL, 100]}
              format={(tick) => formatCount(tick, i18n.language)}
            />
            <Neutral frame={frame} at={y(NEUTRAL)} />
            <Line points={points} x={middle} y={y} active={inspection.place} />
            <FlatAxis
              frame={frame}
              scale={middle}
              ticks={labeledPlaces(points.length, frame.width, TICKS_APART_PX)}
              format={tickOf}
            />
          </>
        );
      }}
    </Plot>
  );
}

function Neutral({ frame, at }: { frame: Frame; at: number }) {
  return <line y1={at} x2={frame.width} y2={at} className={classes.lineRest} />;
}

interface LineProps {
  points: readonly (ScorePoint | null)[];
  x: Scale;
  y: Scale;
  active: number | null;
}

function Line({ points, x, y, active }: LineProps) {
  const smoothed = points.map(
    (point, place) => point !== null && ([x(place), y(point.smoothed)] as const),
  );
  return (
    <>
      {stretches(points).map((places) => (
        <path key={places[0]} className={classes.band} d={bandOf(points, places, x, y)} />
      ))}
      {runsOf(smoothed).map((run) => (
        <path key={run} d={run} className={classes.line} />
      ))}
      {points.map(
        (point, place) =>
          point !== null && (
            <g key={place}>
              {point.low !== null && point.high !== null && (
                <path
                  d={lineThrough([
                    [x(place), y(point.low)],
                    [x(place), y(point.high)],
                  ])}
                  className={classes.whisker}
                />
              )}
              <circle
                cx={x(place)}
                cy={y(point.score)}
                r={active === place ? 5 : 3}
                className={classes.dot}
              />
            </g>
          ),
      )}
    </>
  );
}

/** Return the places of each stretch of periods with intervals. */
function stretches(points: readonly (ScorePoint | null)[]): number[][] {
  const found: number[][] = [];
  points.forEach((point, place) => {
    if (point?.low == null) return;
    if (points[place - 1]?.low == null) found.push([]);
    found.at(-1)?.push(place);
  });
  return found;
}

function bandOf(points: readonly (ScorePoint | null)[], places: number[], x: Scale, y: Scale) {
  const edge = (end: "low" | "high") =>
    places.map((place) => [x(place), y(points[place]?.[end] ?? NEUTRAL)] as const);
  return between(edge("high"), edge("low"));
}
