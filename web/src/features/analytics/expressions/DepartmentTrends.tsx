import { Card, Stack, Table, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { WhiskerCell } from "@/components/charts/WhiskerCell";
import { ScrollTable } from "@/components/ScrollTable";
import type { WellbeingSeries } from "@/lib/group-wellbeing";

const SCORES = [0, 100] as const;
const NEUTRAL = 50;
/** Points a week: more than these are drawn as an arrow. */
const CHANGES = [-5, 5] as const;

/** Departments beside each other: where each is, and where it goes. */
export function DepartmentTrends({
  groups,
}: {
  groups: Readonly<Record<string, WellbeingSeries>>;
}) {
  const { t } = useTranslation("analytics");
  return (
    <Card>
      <Stack gap="md">
        <Title order={2} fz="md">
          {t("expressions.compared")}
        </Title>
        <ScrollTable name={t("expressions.compared")} minWidth={680} verticalSpacing={8}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("expressions.department")}</Table.Th>
              <Table.Th>{t("expressions.latest")}</Table.Th>
              <Table.Th>{t("expressions.trend")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {Object.entries(groups).map(([group, series]) => (
              <Table.Tr key={group}>
                <Table.Td fw={550}>{group}</Table.Td>
                <Table.Td>
                  <Latest series={series} />
                </Table.Td>
                <Table.Td>
                  <Change series={series} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </ScrollTable>
      </Stack>
    </Card>
  );
}

function Latest({ series }: { series: WellbeingSeries }) {
  const { t, i18n } = useTranslation("analytics");
  const point = series.points.at(-1);
  if (point === undefined) return "–";
  const number = (value: number) => new Intl.NumberFormat(i18n.language).format(value);
  const low = point.low ?? point.score;
  const high = point.high ?? point.score;
  const words = { value: number(point.score), low: number(low), high: number(high) };
  return (
    <WhiskerCell
      words={{ ...words, says: t("expressions.trendSays", words) }}
      value={point.score}
      low={low}
      high={high}
      domain={SCORES}
      reference={NEUTRAL}
    />
  );
}

function Change({ series: { trend } }: { series: WellbeingSeries }) {
  const { t, i18n } = useTranslation("analytics");
  if (trend === null) {
    return (
      <Text size="sm" c="dimmed">
        {t("expressions.noTrend")}
      </Text>
    );
  }
  const signed = new Intl.NumberFormat(i18n.language, {
    signDisplay: "exceptZero",
    maximumFractionDigits: 1,
  });
  const words = {
    value: signed.format(trend.per_week),
    low: signed.format(trend.low),
    high: signed.format(trend.high),
  };
  return (
    <WhiskerCell
      words={{ ...words, says: t("expressions.trendSays", words) }}
      value={trend.per_week}
      low={trend.low}
      high={trend.high}
      domain={CHANGES}
      reference={0}
    />
  );
}
