import { useTranslation } from "react-i18next";

import { FlatAxis, ValueAxis } from "@/components/charts/Axes";
import charts from "@/components/charts/charts.module.css";
import { lineThrough } from "@/components/charts/paths";
import { type Frame, Plot } from "@/components/charts/Plot";
import { type Scale, linearScale, logScale, spaced, ticksOf } from "@/components/charts/scales";
import { formatShare } from "@/lib/format";

import { formatErrorRate } from "../format";
import { type RatePoint, deviates, domainOf, writtenWithin } from "./curves";

interface Props {
  points: readonly RatePoint[];
  curve: "det" | "roc";
  here: RatePoint;
  server: RatePoint;
}

interface Axes {
  readonly x: Scale;
  readonly y: Scale;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
}

const HEIGHT = 320;
const LABEL_APART_PX = { across: 72, up: 22 };

/** A DET or ROC curve, with the threshold that is looked at and the server's. */
export function CurvePlot({ points, curve, here, server }: Props) {
  const { t, i18n } = useTranslation("analytics");
  const rate = (value: number) => formatErrorRate(value, i18n.language);
  const isDet = curve === "det";
  return (
    <Plot
      label={`${t("scores.tradeOff")}: ${rate(here.fmr)}, ${rate(here.fnmr)}`}
      height={HEIGHT}
      margin={{ top: 32, bottom: 44, left: 64, right: 28 }}
    >
      {(frame) => {
        const { x, y, xTicks, yTicks } = (isDet ? detAxes : rocAxes)(points, frame);
        return (
          <>
            <ValueAxis
              frame={frame}
              scale={isDet ? y : (share) => y(1 - share)}
              ticks={yTicks}
              format={isDet ? rate : (tick) => formatShare(tick, i18n.language)}
              name={t(isDet ? "scores.fnmr" : "scores.truePositive")}
            />
            <FlatAxis
              frame={frame}
              scale={x}
              ticks={xTicks}
              format={rate}
              name={t("scores.fmr")}
              lines
            />
            <path
              d={lineThrough(points.map(({ fmr, fnmr }) => [x(fmr), y(fnmr)]))}
              className={charts.line}
            />
            <circle cx={x(server.fmr)} cy={y(server.fnmr)} r={8} className={charts.server} />
            <rect
              x={-5}
              y={-5}
              width={10}
              height={10}
              transform={`translate(${x(here.fmr)} ${y(here.fnmr)}) rotate(45)`}
              className={charts.here}
            />
          </>
        );
      }}
    </Plot>
  );
}

function detAxes(points: readonly RatePoint[], frame: Frame): Axes {
  const across = domainOf(points.map(({ fmr }) => fmr));
  const up = domainOf(points.map(({ fnmr }) => fnmr));
  const x = deviates(across, [0, frame.width]);
  const y = deviates(up, [frame.height, 0]);
  return {
    x,
    y,
    xTicks: spaced(writtenWithin(across), x, LABEL_APART_PX.across),
    yTicks: spaced(writtenWithin(up), y, LABEL_APART_PX.up),
  };
}

/** Of genuine attempts those that pass, so the axis is of 1 - FNMR, but what it takes is FNMR. */
function rocAxes(points: readonly RatePoint[], frame: Frame): Axes {
  const across = domainOf(points.map(({ fmr }) => fmr));
  const least = Math.min(...points.map(({ fnmr }) => 1 - fnmr), 0.9);
  const low = Math.floor(least * 10) / 10;
  const scale = logScale(across, [0, frame.width]);
  const x = (fmr: number) => scale(Math.min(Math.max(fmr, across[0]), across[1]));
  const passing = linearScale([low, 1], [frame.height, 0]);
  return {
    x,
    y: (fnmr) => passing(1 - fnmr),
    xTicks: spaced(writtenWithin(across), x, LABEL_APART_PX.across),
    yTicks: ticksOf([low, 1], 5),
  };
}
