import { Button, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { StatCard } from "@/components/StatCard";
import { formatCount } from "@/lib/format";

import { formatErrorRate, formatSimilarity, oneIn } from "../format";
import classes from "../Analytics.module.css";
import { wilson } from "../error-rates";
import type { Shown } from "./shown";

/** What the threshold costs, in numbers. */
export function CostCards({
  unit,
  source,
  decides,
  threshold,
  costs,
  ...on
}: Shown & { onReset: () => void }) {
  const { t, i18n } = useTranslation("analytics");
  const similarity = (value: number) => formatSimilarity(value, unit, i18n.language);
  return (
    <div className={classes.costs}>
      <StatCard
        label={t("scores.threshold")}
        value={similarity(threshold)}
        note={
          <>
            {t("scores.thresholdNote", { threshold: similarity(decides) })}
            <Button
              className={classes.reset ?? ""}
              variant="subtle"
              size="compact-xs"
              ml={-6}
              display="block"
              disabled={threshold === decides}
              onClick={on.onReset}
            >
              {t("scores.reset")}
            </Button>
          </>
        }
      />
      <CostCard of="fmr" rate={costs.fmr} interval={[costs.fmrLow, costs.fmrHigh]} />
      <CostCard
        of="fnmr"
        rate={costs.fnmr}
        interval={wilson(costs.fnmr, source.genuine_comparisons)}
      />
      <Text size="xs" c="dimmed">
        {t("scores.of", {
          genuine: formatCount(source.genuine_comparisons, i18n.language),
          impostor: formatCount(source.impostor_comparisons, i18n.language),
        })}{" "}
        {t("scores.independent")}
      </Text>
    </div>
  );
}

interface CostProps {
  of: "fmr" | "fnmr";
  rate: number;
  interval: readonly [number, number];
}

function CostCard({ of, rate, interval: [low, high] }: CostProps) {
  const { t, i18n } = useTranslation("analytics");
  const inWords = (each: number) => formatErrorRate(each, i18n.language);
  return (
    <StatCard
      label={t(`scores.${of}`)}
      value={inWords(rate)}
      note={
        rate > 0
          ? t(`scores.${of}OneIn`, {
              n: oneIn(rate, i18n.language),
              low: inWords(low),
              high: inWords(high),
            })
          : t(`scores.${of}None`, { high: inWords(high) })
      }
    />
  );
}
