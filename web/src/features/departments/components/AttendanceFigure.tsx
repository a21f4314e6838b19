import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ChartFigure } from "@/components/charts/ChartFigure";
import { nameOfBucket, tickOfBucket } from "@/components/charts/moments";
import { formatCount, formatShare } from "@/lib/format";

import { type Department, usualOf } from "../attendance";
import { DayStrip } from "./DayStrip";

/** How many of a department were recognized, day by day. */
export function AttendanceFigure({ department }: { department: Department }) {
  const { t, i18n } = useTranslation("departments");
  const [place, onInspect] = useState<number | null>(null);
  const { group, people, days } = department;
  const count = (value: number) => formatCount(value, i18n.language);
  const dateOf = (each: number) => new Date(days[each]?.date ?? 0);
  const nameOf = (each: number) => nameOfBucket(dateOf(each), "day", i18n.language);

  function says(each: number): string {
    const day = days[each];
    if (day === undefined || day.people === null) return t("dayNothing", { at: nameOf(each) });
    return t("day", {
      at: nameOf(each),
      people: count(day.people),
      accepted: count(day.accepted ?? 0),
      attempts: count(day.authentications ?? 0),
    });
  }

  const usual = usualOf(days);
  const together =
    usual.people === null
      ? t("attendanceNothing")
      : t("attendanceSays", {
          people: count(Math.round(usual.people)),
          of: count(people),
          share: formatShare(usual.accepted ?? 1, i18n.language),
        });
  return (
    <ChartFigure
      title={t("attendance")}
      order={3}
      readout={place === null ? together : says(place)}
      legend={[
        { mark: "good", name: t("people") },
        { mark: "untold", name: t("tooFew") },
      ]}
      table={{
        columns: [t("date"), t("people"), t("attempts"), t("accepted")],
        rows: days.map((day, each) => [
          nameOf(each),
          ...[day.people, day.authentications, day.accepted].map((value) =>
            value === null ? "–" : count(value),
          ),
        ]),
      }}
    >
      <DayStrip
        days={days}
        of={people}
        tickOf={(each) => tickOfBucket(dateOf(each), "day", i18n.language)}
        inspection={{
          name: t("inspect", { chart: t("attendanceOf", { group }) }),
          count: days.length,
          place,
          says,
          onInspect,
        }}
      />
    </ChartFigure>
  );
}
