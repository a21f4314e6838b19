import { useTranslation } from "react-i18next";

import { ChartFigure } from "@/components/charts/ChartFigure";
import { ShareLine } from "@/components/charts/ShareLine";
import { StackedBars } from "@/components/charts/StackedBars";
import { formatCount, formatShare } from "@/lib/format";

import { type AttemptFigures, shareOf, totalOf } from "./totals";
import { useBuckets } from "./use-buckets";

/** Verifications over time: accepted and refused, and below it the share that was accepted. */
export function VerificationsChart({ figures }: { figures: AttemptFigures }) {
  const { t, i18n } = useTranslation(["analytics", "common"]);
  const count = (value: number) => formatCount(value, i18n.language);
  const buckets = useBuckets(figures, t("attempts.verified"), (some) => {
    const { authentications, accepted } = totalOf(some);
    return t("attempts.verifiedSays", {
      accepted: count(accepted),
      total: count(authentications),
      refused: count(authentications - accepted),
    });
  });
  const shares = figures.buckets.map((each) => shareOf(each.accepted, each.authentications));
  return (
    <ChartFigure
      title={t("attempts.verified")}
      readout={buckets.readout}
      note={buckets.note}
      legend={[
        { mark: "good", name: t("common:accepted") },
        { mark: "bad", name: t("common:refused") },
        { mark: "line", name: t("attempts.share") },
      ]}
      table={{
        columns: [
          t("attempts.when"),
          t("common:accepted"),
          t("common:refused"),
          t("attempts.share"),
        ],
        rows: figures.buckets.map((each, place) => [
          buckets.nameOf(place),
          count(each.accepted),
          count(each.authentications - each.accepted),
          shares[place] == null ? "–" : formatShare(shares[place], i18n.language),
        ]),
      }}
    >
      <StackedBars
        stacks={figures.buckets.map((each) => ({
          good: each.accepted,
          bad: each.authentications - each.accepted,
        }))}
        tickOf={buckets.tickOf}
        inspection={buckets.inspection}
      />
      <ShareLine
        label={t("attempts.shareOverTime")}
        shares={shares}
        place={buckets.inspection.place}
      />
    </ChartFigure>
  );
}
