import { SimpleGrid } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { StatCard } from "@/components/StatCard";
import { formatCount, formatShare } from "@/lib/format";

import { wilson } from "../error-rates";
import { type AttemptFigures, shareOf, totalOf } from "./totals";

/** The sums of a span. */
export function Totals({ figures }: { figures: AttemptFigures }) {
  const { t, i18n } = useTranslation("analytics");
  const total = totalOf(figures.buckets);
  const accepted = shareOf(total.accepted, total.authentications);
  const [low, high] = wilson(accepted ?? 0, total.authentications);
  const count = (value: number) => formatCount(value, i18n.language);
  const share = (value: number) => formatShare(value, i18n.language);
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      <StatCard
        label={t("attempts.authentications")}
        value={count(total.authentications)}
        note={t("attempts.authenticationsNote")}
      />
      <StatCard
        label={t("attempts.acceptance")}
        value={accepted === null ? "–" : share(accepted)}
        note={
          accepted !== null && t("attempts.acceptanceNote", { low: share(low), high: share(high) })
        }
      />
      <StatCard
        label={t("attempts.identifications")}
        value={count(total.identifications)}
        note={t("attempts.identificationsNote", { found: count(total.found) })}
      />
      <StatCard
        label={t("attempts.enrollments")}
        value={count(total.enrollments)}
        note={t("attempts.enrollmentsNote")}
      />
    </SimpleGrid>
  );
}
