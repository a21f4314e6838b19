import { Alert, Group, Select, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconBuilding, IconEyeOff } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { components } from "@/api/schema";
import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";

import type { Department } from "../attendance";
import { AttendanceFigure } from "./AttendanceFigure";
import { ExpressionsFigure } from "./ExpressionsFigure";

type Wellbeing = UseQueryResult<components["schemas"]["GroupWellbeing"]>;

interface Props {
  attendance: components["schemas"]["AttendanceResult"];
  wellbeing: Wellbeing;
}

/** Department by department, and how many are not shown and why. */
export function DepartmentList({ attendance, wellbeing }: Props) {
  const { t } = useTranslation("departments");
  const [only, setOnly] = useState<string | null>(null);
  const { departments, min_people: min, withheld } = attendance;
  const shown = departments.filter(({ group }) => only === null || group === only);
  return (
    <Stack gap="xl">
      {departments.length > 1 && (
        <Select
          label={t("which")}
          placeholder={t("all")}
          data={departments.map(({ group }) => group)}
          value={only}
          onChange={setOnly}
          clearable
          searchable
          maw={320}
        />
      )}
      {departments.length === 0 && (
        <EmptyState icon={IconBuilding} title={t("empty")} advice={t("emptyAdvice", { min })} />
      )}
      {shown.map((department) => (
        <OneDepartment key={department.group} department={department} wellbeing={wellbeing} />
      ))}
      {withheld > 0 && (
        <Alert
          color="gray"
          icon={<IconEyeOff size={18} />}
          title={t("withheldTitle", { count: withheld })}
        >
          {t("withheldAdvice", { min })}
        </Alert>
      )}
      <Text size="xs" c="dimmed">
        {t("note")}
      </Text>
    </Stack>
  );
}

interface OneProps {
  department: Department;
  wellbeing: Wellbeing;
}

function OneDepartment({ department, wellbeing }: OneProps) {
  const { t } = useTranslation("departments");
  return (
    <section>
      <Group gap="sm" align="baseline" mb="sm">
        <Title order={2} fz="xl">
          {department.group}
        </Title>
        <Text size="sm" c="dimmed">
          {t("members", { count: department.people })}
        </Text>
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <AttendanceFigure department={department} />
        <Loaded query={wellbeing} height={326}>
          {({ groups, period }) => (
            <ExpressionsFigure
              group={department.group}
              series={groups[department.group]}
              period={period}
            />
          )}
        </Loaded>
      </SimpleGrid>
    </section>
  );
}
