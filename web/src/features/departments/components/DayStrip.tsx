import { useTranslation } from "react-i18next";

import { FlatAxis, ValueAxis } from "@/components/charts/Axes";
import charts from "@/components/charts/charts.module.css";
import { type Frame, type Inspection, Plot } from "@/components/charts/Plot";
import {
  type Scale,
  labeledPlaces,
  linearScale,
  roundEnd,
  ticksOf,
} from "@/components/charts/scales";
import { formatCount } from "@/lib/format";

import { type Department, isWeekend } from "../attendance";
import classes from "./DayStrip.module.css";

type Day = Department["days"][number];

interface Props {
  days: readonly Day[];
  /** How many belong to the department. */
  of: number;
  tickOf: (place: number) => string;
  inspection: Inspection;
}

const HEIGHT = 180;
const TICKS_APART_PX = 62;
const WIDEST_PX = 28;

/** A strip of days: a bar for the people of each, a low hatched one where it must not be told. */
export function DayStrip({ days, of, tickOf, inspection }: Props) {
  const { i18n } = useTranslation();
  const end = Math.max(roundEnd(of, 4), 4);
  return (
    <Plot label={inspection.name} height={HEIGHT} margin={{ left: 32 }} inspection={inspection}>
      {(frame) => {
        const y = linearScale([0, end], [frame.height, 0]);
        const x = linearScale([0, days.length], [0, frame.width]);
        return (
          <>
            {days.map(
              (day, place) =>
                isWeekend(day.date) && (
                  <rect
                    key={day.date}
                    x={x(place)}
                    width={frame.width / days.length}
                    height={frame.height}
                    className={classes.weekend}
                  />
                ),
            )}
            <ValueAxis
              frame={frame}
              scale={y}
              ticks={ticksOf([0, end], 4)}
              format={(tick) => formatCount(tick, i18n.language)}
            />
            {days.map((day, place) => (
              <DayBar
                key={day.date}
                day={day}
                middle={x(place + 0.5)}
                frame={frame}
                width={Math.min((frame.width / days.length) * 0.74, WIDEST_PX)}
                y={y}
                faded={inspection.place !== null && inspection.place !== place}
              />
            ))}
            <FlatAxis
              frame={frame}
              scale={(place) => x(place + 0.5)}
              ticks={labeledPlaces(days.length, frame.width, TICKS_APART_PX)}
              format={tickOf}
            />
          </>
        );
      }}
    </Plot>
  );
}

interface BarProps {
  day: Day;
  middle: number;
  frame: Frame;
  width: number;
  y: Scale;
  faded: boolean;
}

const UNTOLD_PX = 10;

function DayBar({ day, middle, frame, width, y, faded }: BarProps) {
  const top = day.people === null ? frame.height - UNTOLD_PX : y(day.people);
  const kind = day.people === null ? charts.untold : charts.good;
  return (
    <g className={faded ? charts.faded : undefined}>
      <rect
        x={middle - width / 2}
        y={top}
        width={width}
        height={frame.height - top}
        rx={1.5}
        className={kind}
      />
    </g>
  );
}
