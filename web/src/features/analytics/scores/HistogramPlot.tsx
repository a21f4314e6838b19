import { useId, useMemo } from "react";
import { useTranslation } from "react-i18next";

import { FlatAxis, ValueAxis } from "@/components/charts/Axes";
import { type Frame, Plot } from "@/components/charts/Plot";
import {
  type Scale,
  decadesOf,
  linearScale,
  logScale,
  roundEnd,
  spaced,
  ticksOf,
} from "@/components/charts/scales";
import { formatShare } from "@/lib/format";

import { formatErrorRate, formatSimilarity } from "../format";
import { rangeOf } from "../error-rates";
import { Bins } from "./Bins";
import { FurtherRight } from "./FurtherRight";
import { floorOf, rebin, shareBeyond } from "./histogram";
import type { Shown } from "./shown";
import { ServerLine, ThresholdHandle } from "./ThresholdHandle";

interface Props extends Shown {
  log: boolean;
  says: string;
  onMove: (to: number) => void;
}

const HEIGHT = 340;
const BINS = 56;

/** Both histograms over each other; what the threshold gets wrong of each is filled. */
export function HistogramPlot({ unit, source, decides, threshold, log, says, onMove }: Props) {
  const { t, i18n } = useTranslation("analytics");
  const clip = useId();
  const domain = rangeOf(source);
  const genuine = useMemo(() => rebin(source.edges, source.genuine, BINS), [source]);
  const impostor = useMemo(() => rebin(source.edges, source.impostor, BINS), [source]);
  const shares = [...genuine.shares, ...impostor.shares];
  return (
    <Plot
      label={t("scores.histogram")}
      height={HEIGHT}
      margin={{ top: 36, bottom: 44, left: 56, right: 12 }}
      operable
    >
      {(frame) => {
        const x = linearScale(domain, [0, frame.width]);
        const heights = heightsOf(shares, frame, log);
        const at = x(threshold);
        return (
          <>
            <ValueAxis
              frame={frame}
              scale={heights.y}
              ticks={heights.ticks}
              format={(tick) => (log ? formatErrorRate : formatShare)(tick, i18n.language)}
              name={t("scores.share")}
            />
            <clipPath id={`${clip}-below`}>
              <rect width={at} height={frame.height} />
            </clipPath>
            <clipPath id={`${clip}-above`}>
              <rect x={at} width={Math.max(frame.width - at, 0)} height={frame.height} />
            </clipPath>
            <Bins
              of="bad"
              bins={impostor}
              x={x}
              y={heights.y}
              frame={frame}
              wrong={`${clip}-above`}
            />
            <Bins
              of="good"
              bins={genuine}
              x={x}
              y={heights.y}
              frame={frame}
              wrong={`${clip}-below`}
            />
            <FlatAxis
              frame={frame}
              scale={x}
              ticks={spaced(ticksOf(domain, 8), x, 48)}
              format={(tick) => new Intl.NumberFormat(i18n.language).format(tick)}
              name={t(`scores.similarity.${unit}`)}
            />
            <FurtherRight frame={frame} share={shareBeyond(source.genuine)} />
            <ServerLine frame={frame} at={x(decides)} name={t("scores.server")} />
            <ThresholdHandle
              frame={frame}
              domain={domain}
              value={threshold}
              name={t("scores.threshold")}
              label={formatSimilarity(threshold, unit, i18n.language)}
              says={says}
              onMove={onMove}
            />
          </>
        );
      }}
    </Plot>
  );
}

function heightsOf(
  shares: readonly number[],
  frame: Frame,
  log: boolean,
): { y: Scale; ticks: number[] } {
  const greatest = Math.max(...shares);
  if (!log) {
    const end = roundEnd(greatest, 4);
    return { y: linearScale([0, end], [frame.height, 0]), ticks: ticksOf([0, end], 4) };
  }
  const domain = [floorOf(shares), 1] as const;
  const scale = logScale(domain, [frame.height, 0]);
  return { y: (share) => scale(Math.max(share, domain[0])), ticks: decadesOf(domain) };
}
