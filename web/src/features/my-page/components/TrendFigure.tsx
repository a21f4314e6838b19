import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ChartFigure } from "@/components/charts/ChartFigure";
import { ScoreBand } from "@/components/charts/ScoreBand";
import { formatDay } from "@/lib/format";
import { type Told, type WellbeingSeries, withGaps } from "@/lib/group-wellbeing";

import { directionOf } from "../trend";

/** Scores week by week, what they come to in words, and their numbers for the asking. */
export default function TrendFigure({ series }: { series: WellbeingSeries }) {
  const { t, i18n } = useTranslation("myPage");
  const [place, setPlace] = useState<number | null>(null);
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  const tick = new Intl.DateTimeFormat(i18n.language, { day: "numeric", month: "short" });
  const weeks = withGaps(series, "week");

  function says({ start, point }: Told): string {
    const day = formatDay(new Date(start), i18n.language);
    if (point === null) return t("expressions.nothing", { day });
    return t("expressions.weekly", { day, score: number.format(point.score), count: point.count });
  }

  const looked = weeks[place ?? weeks.length - 1];
  const points = number.format(Math.abs(series.trend?.per_week ?? 0));
  return (
    <ChartFigure
      title={t("expressions.title")}
      readout={
        <>
          {looked && says(looked)} {t(`expressions.${directionOf(series)}`, { points })}
        </>
      }
      table={{
        columns: (["week", "score", "smoothed", "days"] as const).map((c) => t(`expressions.${c}`)),
        rows: series.points
          .toReversed()
          .map(({ start, score, smoothed, count }) => [
            formatDay(new Date(start), i18n.language),
            number.format(score),
            number.format(smoothed),
            count,
          ]),
      }}
      note={t("expressions.purpose")}
    >
      <ScoreBand
        points={weeks.map((week) => week.point)}
        tickOf={(at) => tick.format(new Date(weeks[at]?.start ?? 0))}
        inspection={{
          name: t("expressions.chart"),
          count: weeks.length,
          place,
          says: (at) => (weeks[at] ? says(weeks[at]) : ""),
          onInspect: setPlace,
        }}
      />
    </ChartFigure>
  );
}
