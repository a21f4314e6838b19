import { Card, Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { ShareBar } from "@/components/charts/ShareBar";
import { formatCount, formatShare } from "@/lib/format";

import classes from "../Analytics.module.css";
import { type AttemptFigures, rankReasons } from "./totals";

/** How attempts ended, the most frequent end first. */
export function Reasons({ figures }: { figures: AttemptFigures }) {
  const { t, i18n } = useTranslation(["analytics", "common"]);
  const ranked = rankReasons(figures.reasons);
  if (ranked.length === 0) return null;
  const longest = ranked[0]?.share ?? 1;
  return (
    <Card>
      <Stack gap="md">
        <div>
          <Title order={2} fz="md">
            {t("attempts.reasons")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("attempts.reasonsSays")}
          </Text>
        </div>
        <ol className={classes.reasons}>
          {ranked.map(({ reason, count, share }) => (
            <li key={reason}>
              <Group justify="space-between" mb={4} gap="xs">
                <Text size="sm">
                  {t(`common:reasons.${reason}` as "common:reasons.MATCH", {
                    defaultValue: reason,
                  })}
                </Text>
                <Text size="sm" c="dimmed" data-numbers>
                  {formatCount(count, i18n.language)} · {formatShare(share, i18n.language)}
                </Text>
              </Group>
              <ShareBar share={share / longest} bad={reason !== "MATCH"} />
            </li>
          ))}
        </ol>
      </Stack>
    </Card>
  );
}
