import { Card, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { GroupScores } from "@/components/charts/GroupScores";
import type { WellbeingSeries } from "@/lib/group-wellbeing";

interface Props {
  group: string;
  series: WellbeingSeries | undefined;
  period: "day" | "week";
}

/** How the expressions of a department went, or why that is not told. */
export function ExpressionsFigure({ group, series, period }: Props) {
  const { t } = useTranslation("departments");
  if (series !== undefined && series.points.length > 0) {
    return (
      <GroupScores title={t("expressions")} order={3} of={group} series={series} period={period} />
    );
  }
  return (
    <Card>
      <Title order={3} fz="md">
        {t("expressions")}
      </Title>
      <Text size="sm" c="dimmed" mt="sm">
        {t("expressionsNone")}
      </Text>
    </Card>
  );
}
