import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconMoodSmile } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { GroupScores } from "@/components/charts/GroupScores";
import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { getGroupWellbeing } from "@/lib/group-wellbeing";

import { DepartmentTrends } from "./DepartmentTrends";

/** How the expressions of departments went, beside each other. */
export function ExpressionsTab() {
  const { t } = useTranslation("analytics");
  const wellbeing = useQuery(getGroupWellbeing);
  return (
    <Loaded query={wellbeing} height={560}>
      {({ groups, everybody, period, withheld }) => (
        <Stack gap="md">
          <Text size="sm" c="dimmed" maw={680}>
            {t("expressions.purpose")}
          </Text>
          {Object.keys(groups).length === 0 ? (
            <EmptyState
              icon={IconMoodSmile}
              title={t("expressions.empty")}
              advice={t("expressions.emptyAdvice")}
            />
          ) : (
            <>
              {everybody.points.length > 0 && (
                <GroupScores
                  title={t("expressions.everybody")}
                  order={2}
                  of={t("expressions.everybody")}
                  series={everybody}
                  period={period}
                />
              )}
              <DepartmentTrends groups={groups} />
            </>
          )}
          {withheld > 0 && (
            <Text size="sm" c="dimmed">
              {t("expressions.withheld", { count: withheld })}
            </Text>
          )}
        </Stack>
      )}
    </Loaded>
  );
}
