import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { formatScore } from "@/components/camera/format-score";

import type { Authentication } from "../api/authenticate";
import { EvidenceBar } from "./EvidenceBar";
import classes from "./Result.module.css";
import { superscript, toleratedBy } from "./evidence";
import { useRates } from "./use-rates";

/** The numbers that a decision on a face rests on; null for who may not see them. */
export type Scores = Pick<
  Authentication,
  | "confidence"
  | "threshold"
  | "false_match_rate"
  | "extrapolated"
  | "log10_likelihood_ratio"
  | "similarities"
>;

export function FaceEvidence({ scores, accepted }: { scores: Scores; accepted: boolean }) {
  const { t, i18n } = useTranslation("live");
  const { inWords } = useRates();
  const { false_match_rate: rate, threshold, log10_likelihood_ratio: power } = scores;
  if (rate === null || threshold === null) return null;
  const tolerated = toleratedBy(threshold);
  return (
    <Stack gap="sm">
      <Text size="sm">
        {t("face.rate", { rate: inWords(rate) })}{" "}
        <Text span inherit c="dimmed">
          {t("face.tolerated", { rate: inWords(tolerated) })}.{" "}
          {scores.extrapolated === true && t("face.extrapolated")}
        </Text>
      </Text>
      <EvidenceBar rate={rate} tolerated={tolerated} accepted={accepted} />
      <dl className={classes.numbers} data-numbers>
        {power !== null && (
          <Number
            name={t("face.likelihood")}
            value={t("face.times", { power: superscript(Math.trunc(power)) })}
          />
        )}
        {Object.entries(scores.similarities ?? {}).map(([model, similarity]) => (
          <Number
            key={model}
            name={model === "fused" ? t("face.fused") : model}
            value={formatScore(similarity, i18n.language)}
          />
        ))}
      </dl>
    </Stack>
  );
}

function Number({ name, value }: { name: string; value: string }) {
  return (
    <Group justify="space-between" wrap="nowrap" className={classes.number}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </Group>
  );
}
