import { Group, Input, SegmentedControl, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconChartDots } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { useChoice } from "@/lib/use-choice";

import { type ScoreFigures, getScores } from "../api/get-scores";
import { Explorer } from "./Explorer";
import { sourcesOf } from "./sources";

const ORIGINS = ["calibration", "gallery"] as const;

/** How alike faces are of one person and of two, and what each threshold would cost. */
export function ScoresTab() {
  const scores = useQuery(getScores);
  return (
    <Loaded query={scores} height={760}>
      {(figures) => <Sources figures={figures} />}
    </Loaded>
  );
}

function Sources({ figures }: { figures: ScoreFigures }) {
  const { t } = useTranslation("analytics");
  const [origin, setOrigin] = useChoice("of", ORIGINS, "calibration");
  const sources = sourcesOf(figures, origin);
  const counts = sources.map(({ samples }) => String(samples));
  const [samples, setSamples] = useChoice("samples", counts, counts[0] ?? "1");
  const chosen = sources.find((source) => String(source.samples) === samples);
  const hasGallery = sourcesOf(figures, "gallery").length > 0;
  return (
    <Stack gap="md">
      <Group gap="lg" align="flex-end">
        <Input.Wrapper label={t("scores.origin")} labelElement="div">
          <SegmentedControl
            display="flex"
            w="fit-content"
            aria-label={t("scores.origin")}
            value={origin}
            onChange={(next) => setOrigin(next)}
            data={ORIGINS.map((value) => ({
              value,
              label: t(`scores.origins.${value}`),
              disabled: value === "gallery" && !hasGallery,
            }))}
          />
        </Input.Wrapper>
        {counts.length > 0 && (
          <Input.Wrapper label={t("scores.samples")} labelElement="div">
            <SegmentedControl
              display="flex"
              w="fit-content"
              aria-label={t("scores.samples")}
              value={samples}
              onChange={(next) => setSamples(next)}
              data={counts}
            />
          </Input.Wrapper>
        )}
      </Group>
      {!hasGallery && (
        <Text size="sm" c="dimmed">
          {t("scores.noGallery")}
        </Text>
      )}
      {chosen === undefined ? (
        <EmptyState
          icon={IconChartDots}
          title={t("scores.empty")}
          advice={t(origin === "gallery" ? "scores.noGallery" : "scores.emptyAdvice")}
        />
      ) : (
        <Explorer key={`${origin} ${samples}`} figures={figures} source={chosen} />
      )}
    </Stack>
  );
}
