import { useTranslation } from "react-i18next";

import { formatCount } from "@/lib/format";

import { FlatAxis, ValueAxis } from "./Axes";
import classes from "./charts.module.css";
import { useHatch } from "./hatch";
import { type Frame, type Inspection, Plot } from "./Plot";
import { labeledPlaces, linearScale, roundEnd, ticksOf } from "./scales";

export interface Stack {
  readonly good: number;
  /** On top of it, hatched. */
  readonly bad: number;
}

interface Props {
  stacks: readonly Stack[];
  /** Below each, as far as there is room. */
  tickOf: (place: number) => string;
  inspection: Inspection;
  height?: number;
}

const WIDEST_PX = 36;
const TICKS_APART_PX = 62;

/** Counts over time, of two kinds on top of each other. */
export function StackedBars({ stacks, tickOf, inspection, height = 220 }: Props) {
  const { i18n } = useTranslation();
  const greatest = Math.max(...stacks.map(({ good, bad }) => good + bad), 0);
  const end = Math.max(roundEnd(greatest, 4), 4);
  return (
    <Plot label={inspection.name} height={height} inspection={inspection}>
      {(frame) => {
        const y = linearScale([0, end], [frame.height, 0]);
        const x = linearScale([0, stacks.length], [0, frame.width]);
        return (
          <>
            <ValueAxis
              frame={frame}
              scale={y}
              ticks={ticksOf([0, end], 4)}
              format={(tick) => formatCount(tick, i18n.language)}
            />
            {stacks.map((stack, place) => (
              <Bar
                key={place}
                stack={stack}
                middle={x(place + 0.5)}
                width={widthOf(frame, stacks.length)}
                y={y}
                faded={inspection.place !== null && inspection.place !== place}
              />
            ))}
            <FlatAxis
              frame={frame}
              scale={(place) => x(place + 0.5)}
              ticks={labeledPlaces(stacks.length, frame.width, TICKS_APART_PX)}
              format={tickOf}
            />
          </>
        );
      }}
    </Plot>
  );
}

interface BarProps {
  stack: Stack;
  middle: number;
  width: number;
  y: (value: number) => number;
  faded: boolean;
}

function Bar({ stack, middle, width, y, faded }: BarProps) {
  const hatch = useHatch();
  const left = middle - width / 2;
  const top = y(stack.good);
  return (
    <g className={faded ? classes.faded : undefined}>
      {stack.good > 0 && (
        <rect
          x={left}
          y={top}
          width={width}
          height={y(0) - top}
          className={classes.good}
          rx={1.5}
        />
      )}
      {stack.bad > 0 && (
        <rect
          x={left}
          y={y(stack.good + stack.bad)}
          width={width}
          height={Math.max(top - y(stack.good + stack.bad) - 1, 1)}
          fill={hatch}
          rx={1.5}
        />
      )}
    </g>
  );
}

function widthOf(frame: Frame, count: number): number {
  const room = frame.width / count;
  return Math.min(room - Math.min(room * 0.25, 6), WIDEST_PX);
}
