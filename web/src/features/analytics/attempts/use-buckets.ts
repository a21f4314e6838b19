import { useState } from "react";
import { useTranslation } from "react-i18next";

import { nameOfBucket, tickOfBucket } from "@/components/charts/moments";
import type { Inspection } from "@/components/charts/Plot";

import type { AttemptFigures } from "./totals";

type BucketFigures = AttemptFigures["buckets"][number];

/** What a chart over buckets needs: their names, which one is looked at, and what is said then. */
export function useBuckets(
  figures: AttemptFigures,
  chart: string,
  sayOf: (buckets: readonly BucketFigures[]) => string,
) {
  const { t, i18n } = useTranslation("analytics");
  const [looked, onInspect] = useState<number | null>(null);
  const { bucket, buckets } = figures;
  const place = looked !== null && looked < buckets.length ? looked : null;

  function dateOf(each: number): Date {
    return new Date(buckets[each]?.at ?? figures.since);
  }
  function nameOf(each: number): string {
    return nameOfBucket(dateOf(each), bucket, i18n.language);
  }
  function says(each: number): string {
    return t("attempts.at", { at: nameOf(each), says: sayOf(buckets.slice(each, each + 1)) });
  }
  const inspection: Inspection = {
    name: t("attempts.inspect", { chart }),
    count: buckets.length,
    place,
    says,
    onInspect,
  };
  return {
    inspection,
    nameOf,
    tickOf: (each: number) => tickOfBucket(dateOf(each), bucket, i18n.language),
    readout: place === null ? sayOf(buckets) : says(place),
    note: t(bucket === "hour" ? "attempts.localHours" : "attempts.utc"),
  };
}
