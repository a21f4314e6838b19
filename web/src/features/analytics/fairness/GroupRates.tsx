import { Card, Group, SegmentedControl, Stack, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { components } from "@/api/schema";
import { roundEnd } from "@/components/charts/scales";
import { ScrollTable } from "@/components/ScrollTable";
import { useChoice } from "@/lib/use-choice";

import { GroupRow } from "./GroupRow";

type Fairness = components["schemas"]["FairnessResult"];

const RATES = ["refused", "low_confidence", "spoof_suspected"] as const;

/** The shares of groups beside each other, and against everybody else, each with its interval. */
export function GroupRates({ fairness }: { fairness: Fairness }) {
  const { t, i18n } = useTranslation("analytics");
  const [rate, setRate] = useChoice("rate", RATES, "refused");
  const groups = fairness.rates[rate] ?? [];
  const highest = Math.max(...groups.map(({ share }) => share.high ?? share.value), 0);
  const domain = [0, Math.min(roundEnd(highest, 4), 1)] as const;
  const tolerated = new Intl.NumberFormat(i18n.language).format(fairness.tolerated);
  return (
    <Card>
      <Stack gap="md">
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={2} fz="md">
              {t("fairness.heading")}
            </Title>
            <Text size="sm" c="dimmed" maw={560}>
              {t(`fairness.rateNote.${rate}`)}
            </Text>
          </div>
          <SegmentedControl
            size="xs"
            aria-label={t("fairness.rate")}
            value={rate}
            onChange={(chosen) => setRate(chosen)}
            data={RATES.map((value) => ({ value, label: t(`fairness.rates.${value}`) }))}
          />
        </Group>
        <ScrollTable name={t("fairness.heading")} minWidth={860} verticalSpacing={8}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("fairness.group")}</Table.Th>
              <Table.Th ta="right">{t("fairness.people")}</Table.Th>
              <Table.Th ta="right">{t("fairness.attempts")}</Table.Th>
              <Table.Th>{t("fairness.share")}</Table.Th>
              <Table.Th>{t("fairness.ratio")}</Table.Th>
              <Table.Th>{t("fairness.verdict")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {groups.map((group) => (
              <GroupRow
                key={group.group}
                group={group}
                domain={domain}
                tolerated={fairness.tolerated}
              />
            ))}
          </Table.Tbody>
        </ScrollTable>
        <Text size="xs" c="dimmed">
          {t("fairness.limit", { tolerated })} {t("fairness.truth")}
        </Text>
      </Stack>
    </Card>
  );
}
