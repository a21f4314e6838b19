import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense, lazy } from "react";
import { useTranslation } from "react-i18next";

import { Loaded } from "@/components/Loaded";
import { Section } from "@/components/person/Section";

import { getConsents } from "../api/get-consents";
import { getWellbeing } from "../api/get-wellbeing";

// Many have not agreed to it, and need nothing that draws.
const TrendFigure = lazy(() => import("./TrendFigure"));

const HEIGHT = 340;

/** How one's own expressions went; not there at all where the server keeps none. */
export function ExpressionsSection() {
  const { data } = useQuery(getConsents);
  const consent = data?.consents.find(({ purpose }) => purpose === "expression");
  if (consent === undefined || (consent.stated === null && consent.given_at === null)) return null;
  return consent.given_at === null ? <Nothing why="off" /> : <MyTrend />;
}

function MyTrend() {
  const wellbeing = useQuery(getWellbeing);
  return (
    <Loaded query={wellbeing} height={HEIGHT}>
      {({ series }) =>
        series.points.length === 0 ? (
          <Nothing why="empty" />
        ) : (
          <Suspense fallback={<Skeleton height={HEIGHT} radius="lg" aria-busy />}>
            <TrendFigure series={series} />
          </Suspense>
        )
      }
    </Loaded>
  );
}

function Nothing({ why }: { why: "off" | "empty" }) {
  const { t } = useTranslation("myPage");
  return (
    <Section title={t("expressions.title")} purpose={t("expressions.purpose")}>
      <Text size="sm">{t(`expressions.${why}`)}</Text>
    </Section>
  );
}
