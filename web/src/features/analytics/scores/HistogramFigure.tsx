import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { ChartFigure } from "@/components/charts/ChartFigure";
import { formatShare } from "@/lib/format";
import { useChoice } from "@/lib/use-choice";

import { formatErrorRate, formatSimilarity } from "../format";
import { HistogramPlot } from "./HistogramPlot";
import { shareBeyond } from "./histogram";
import type { Shown } from "./shown";

const SCALES = ["linear", "log"] as const;

/** How similarities are spread, with the threshold as a line to drag. */
export function HistogramFigure({ onMove, ...shown }: Shown & { onMove: (to: number) => void }) {
  const { unit, source, threshold, costs } = shown;
  const { t, i18n } = useTranslation(["analytics", "common"]);
  const [scale, setScale] = useChoice("heights", SCALES, "linear");
  const rate = (value: number) => formatErrorRate(value, i18n.language);
  const similarity = (value: number) => formatSimilarity(value, unit, i18n.language);
  const beyond = shareBeyond(source.genuine);
  const says = t("scores.readout", {
    threshold: similarity(threshold),
    fmr: rate(costs.fmr),
    fnmr: rate(costs.fnmr),
  });
  return (
    <ChartFigure
      title={t("scores.histogram")}
      readout={says}
      note={
        <>
          {t("scores.drag")} {t("scores.data", { description: source.description })}
          {beyond > 0.005 &&
            ` ${t("scores.beyond", { share: formatShare(beyond, i18n.language) })}`}
        </>
      }
      legend={[
        { mark: "good", name: t("scores.genuine") },
        { mark: "bad", name: t("scores.impostor") },
      ]}
      controls={
        <SegmentedControl
          size="xs"
          aria-label={t("scores.scale")}
          value={scale}
          onChange={(chosen) => setScale(chosen)}
          data={SCALES.map((value) => ({ value, label: t(`scores.scales.${value}`) }))}
        />
      }
      table={{
        columns: [t("scores.threshold"), t("scores.fmr"), t("scores.interval"), t("scores.fnmr")],
        rows: source.thresholds.map((each, place) => [
          similarity(each),
          rate(source.false_match_rates[place] ?? 0),
          t("common:charts.range", {
            low: rate(source.fmr_intervals[place]?.[0] ?? 0),
            high: rate(source.fmr_intervals[place]?.[1] ?? 1),
          }),
          rate(source.false_non_match_rates[place] ?? 0),
        ]),
      }}
    >
      <HistogramPlot {...shown} log={scale === "log"} says={says} onMove={onMove} />
    </ChartFigure>
  );
}
