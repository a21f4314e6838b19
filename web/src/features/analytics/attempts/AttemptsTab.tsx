import { Group, SegmentedControl, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconChartBarOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { useChoice } from "@/lib/use-choice";

import { getAttempts } from "../api/get-attempts";
import { Latency } from "./Latency";
import { OtherCharts } from "./OtherCharts";
import { Reasons } from "./Reasons";
import { SPANS, SPAN_NAMES } from "./spans";
import { Totals } from "./Totals";
import { type AttemptFigures, totalOf } from "./totals";
import { VerificationsChart } from "./VerificationsChart";

/** What was tried over time, how it ended, and how long answers took. */
export function AttemptsTab() {
  const { t } = useTranslation("analytics");
  const [span, setSpan] = useChoice("span", SPAN_NAMES, "30d");
  const attempts = useQuery(getAttempts(SPANS[span]));
  return (
    <Stack gap="md">
      <Group>
        <SegmentedControl
          aria-label={t("attempts.span")}
          value={span}
          onChange={(chosen) => setSpan(chosen)}
          data={SPAN_NAMES.map((value) => ({ value, label: t(`attempts.spans.${value}`) }))}
        />
      </Group>
      <Loaded query={attempts} height={900}>
        {(figures) => <Figures figures={figures} />}
      </Loaded>
      <Latency />
    </Stack>
  );
}

function Figures({ figures }: { figures: AttemptFigures }) {
  const { t } = useTranslation("analytics");
  const { authentications, identifications, enrollments } = totalOf(figures.buckets);
  if (authentications + identifications + enrollments === 0) {
    return (
      <EmptyState
        icon={IconChartBarOff}
        title={t("attempts.empty")}
        advice={t("attempts.emptyAdvice")}
      />
    );
  }
  return (
    <>
      <Totals figures={figures} />
      <VerificationsChart figures={figures} />
      <OtherCharts figures={figures} />
      <Reasons figures={figures} />
    </>
  );
}
