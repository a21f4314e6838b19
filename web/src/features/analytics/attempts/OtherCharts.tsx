import { SimpleGrid } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { ChartFigure } from "@/components/charts/ChartFigure";
import { StackedBars } from "@/components/charts/StackedBars";
import { formatCount } from "@/lib/format";

import { type AttemptFigures, totalOf } from "./totals";
import { useBuckets } from "./use-buckets";

const HEIGHT = 150;

/** Searches and enrollments over time, beside each other. */
export function OtherCharts({ figures }: { figures: AttemptFigures }) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Searches figures={figures} />
      <Enrollments figures={figures} />
    </SimpleGrid>
  );
}

function Searches({ figures }: { figures: AttemptFigures }) {
  const { t, i18n } = useTranslation("analytics");
  const count = (value: number) => formatCount(value, i18n.language);
  const buckets = useBuckets(figures, t("attempts.searched"), (some) => {
    const { identifications, found } = totalOf(some);
    return t("attempts.searchedSays", { found: count(found), total: count(identifications) });
  });
  return (
    <ChartFigure
      title={t("attempts.searched")}
      readout={buckets.readout}
      legend={[
        { mark: "good", name: t("attempts.found") },
        { mark: "bad", name: t("attempts.notFound") },
      ]}
      table={{
        columns: [t("attempts.when"), t("attempts.found"), t("attempts.notFound")],
        rows: figures.buckets.map((each, place) => [
          buckets.nameOf(place),
          count(each.found),
          count(each.identifications - each.found),
        ]),
      }}
    >
      <StackedBars
        height={HEIGHT}
        stacks={figures.buckets.map((each) => ({
          good: each.found,
          bad: each.identifications - each.found,
        }))}
        tickOf={buckets.tickOf}
        inspection={buckets.inspection}
      />
    </ChartFigure>
  );
}

function Enrollments({ figures }: { figures: AttemptFigures }) {
  const { t, i18n } = useTranslation("analytics");
  const buckets = useBuckets(figures, t("attempts.enrolled"), (some) => {
    const { enrollments } = totalOf(some);
    return t("attempts.enrolledSays", {
      count: enrollments,
      enrollments: formatCount(enrollments, i18n.language),
    });
  });
  return (
    <ChartFigure
      title={t("attempts.enrolled")}
      readout={buckets.readout}
      legend={[{ mark: "good", name: t("attempts.enrollment") }]}
      table={{
        columns: [t("attempts.when"), t("attempts.enrollments")],
        rows: figures.buckets.map((each, place) => [
          buckets.nameOf(place),
          formatCount(each.enrollments, i18n.language),
        ]),
      }}
    >
      <StackedBars
        height={HEIGHT}
        stacks={figures.buckets.map((each) => ({ good: each.enrollments, bad: 0 }))}
        tickOf={buckets.tickOf}
        inspection={buckets.inspection}
      />
    </ChartFigure>
  );
}
