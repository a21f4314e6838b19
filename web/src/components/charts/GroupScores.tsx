import { useState } from "react";
import { useTranslation } from "react-i18next";

import { formatCount } from "@/lib/format";
import { type WellbeingSeries, withGaps } from "@/lib/group-wellbeing";

import { ChartFigure } from "./ChartFigure";
import { type Bucket, nameOfBucket, tickOfBucket } from "./moments";
import { ScoreBand } from "./ScoreBand";

interface Props {
  title: string;
  /** Of its heading. */
  order: 2 | 3;
  /** Whose expressions they are, where several such charts are on a page. */
  of: string;
  series: WellbeingSeries;
  period: Exclude<Bucket, "hour">;
}

/** How the expressions of a group of people went; it begins with what is told last. */
export function GroupScores({ title, order, of, series, period }: Props) {
  const { t, i18n } = useTranslation();
  const [place, onInspect] = useState<number | null>(null);
  const told = withGaps(series, period);
  const number = (value: number) => formatCount(value, i18n.language);
  const dateOf = (each: number) => new Date(told[each]?.start ?? 0);
  const rows = told.map(({ point }, each) => {
    const at = nameOfBucket(dateOf(each), period, i18n.language);
    if (point === null) return { at, point: null };
    const low = number(point.low ?? point.score);
    const high = number(point.high ?? point.score);
    return { at, point: { score: number(point.score), low, high, count: point.count } };
  });

  function says(each: number): string {
    const row = rows[each];
    if (row?.point == null) return t("groupScores.nothing", { at: row?.at ?? "" });
    return t("groupScores.at", { at: row.at, ...row.point });
  }

  return (
    <ChartFigure
      title={title}
      order={order}
      readout={says(place ?? told.length - 1)}
      legend={[
        { mark: "line", name: t("groupScores.smoothed") },
        { mark: "band", name: t("groupScores.interval") },
        { mark: "lineRest", name: t("groupScores.neutral") },
      ]}
      table={{
        columns: (["start", "score", "interval", "people"] as const).map((column) =>
          t(`groupScores.${column}`),
        ),
        rows: rows.map(({ at, point }) =>
          point === null
            ? [at, "–", "–", "–"]
            : [at, point.score, t("charts.range", point), number(point.count)],
        ),
      }}
    >
      <ScoreBand
        points={told.map(({ point }) => point)}
        tickOf={(each) => tickOfBucket(dateOf(each), period, i18n.language)}
        inspection={{
          name: t("groupScores.inspect", { of }),
          count: told.length,
          place,
          says,
          onInspect,
        }}
      />
    </ChartFigure>
  );
}
