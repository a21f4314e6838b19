import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { ChartFigure } from "@/components/charts/ChartFigure";
import { useChoice } from "@/lib/use-choice";

import { formatErrorRate } from "../format";
import { costsAt, equalErrorRate } from "../error-rates";
import { CurvePlot } from "./CurvePlot";
import { pointsOf } from "./curves";
import type { Shown } from "./shown";

const CURVES = ["det", "roc"] as const;

/** One error against the other, over all thresholds, with the one that is looked at. */
export function TradeOff({ source, decides, costs }: Shown) {
  const { t, i18n } = useTranslation("analytics");
  const [curve, setCurve] = useChoice("curve", CURVES, "det");
  const rate = (value: number) => formatErrorRate(value, i18n.language);
  return (
    <ChartFigure
      title={t("scores.tradeOff")}
      readout={t("scores.tradeOffSays", { rate: rate(equalErrorRate(source)) })}
      note={t(`scores.curveNote.${curve}`)}
      legend={[
        { mark: "here", name: t("scores.here") },
        { mark: "server", name: t("scores.server") },
      ]}
      controls={
        <SegmentedControl
          size="xs"
          aria-label={t("scores.curve")}
          value={curve}
          onChange={(chosen) => setCurve(chosen)}
          data={CURVES.map((value) => ({ value, label: t(`scores.curves.${value}`) }))}
        />
      }
      table={{
        columns: [t("scores.fmr"), t("scores.fnmr")],
        rows: pointsOf(source).map(({ fmr, fnmr }) => [rate(fmr), rate(fnmr)]),
      }}
    >
      <CurvePlot
        points={pointsOf(source)}
        curve={curve}
        here={costs}
        server={costsAt(source, decides)}
      />
    </ChartFigure>
  );
}
