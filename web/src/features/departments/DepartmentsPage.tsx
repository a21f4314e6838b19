import { Group, SegmentedControl, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Loaded } from "@/components/Loaded";
import { PageHeader } from "@/components/PageHeader";
import { getAttendance } from "@/lib/attendance";
import { getGroupWellbeing } from "@/lib/group-wellbeing";
import { useChoice } from "@/lib/use-choice";

import { DepartmentList } from "./components/DepartmentList";
import { ExportButton } from "./components/ExportButton";

const SPANS = ["7", "30", "90"] as const;

/** How departments come and how their expressions go; never a single person. */
export function DepartmentsPage() {
  const { t } = useTranslation("departments");
  const [span, setSpan] = useChoice("days", SPANS, "30");
  const attendance = useQuery(getAttendance(Number(span)));
  const wellbeing = useQuery(getGroupWellbeing);
  return (
    <>
      <PageHeader title={t("title")} purpose={t("purpose")}>
        <ExportButton />
      </PageHeader>
      <Stack gap="md">
        <Group>
          <SegmentedControl
            aria-label={t("span")}
            value={span}
            onChange={(chosen) => setSpan(chosen)}
            data={SPANS.map((value) => ({ value, label: t(`spans.${value}`) }))}
          />
        </Group>
        <Loaded query={attendance} height={720}>
          {(told) => <DepartmentList attendance={told} wellbeing={wellbeing} />}
        </Loaded>
      </Stack>
    </>
  );
}
