import { Button, Stack } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Loaded } from "@/components/Loaded";
import { PageHeader } from "@/components/PageHeader";

import { type Status, getStatus } from "./api/get-status";
import { Features } from "./components/Features";
import { Figures } from "./components/Figures";
import { HealthCard } from "./components/HealthCard";
import { MetricsNote } from "./components/MetricsNote";
import { Runtime } from "./components/Runtime";
import { Warnings } from "./components/Warnings";
import { healthOf } from "./health";

const REFRESHED_EVERY_MS = 10_000;

/** How the server is, what is weak about its configuration, and what it can do. */
export function SystemPage() {
  const { t } = useTranslation("system");
  const [isPaused, setPaused] = useState(false);
  const query = useQuery({
    ...getStatus,
    refetchInterval: isPaused ? false : REFRESHED_EVERY_MS,
  });
  return (
    <>
      <PageHeader title={t("title")} purpose={t("purpose")}>
        <Button
          variant="default"
          leftSection={isPaused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
          onClick={() => setPaused(!isPaused)}
        >
          {t(isPaused ? "refresh.resume" : "refresh.pause")}
        </Button>
      </PageHeader>
      <Loaded query={query} height={900}>
        {(status) => <System status={status} isOld={query.isError} />}
      </Loaded>
    </>
  );
}

function System({ status, isOld }: { status: Status; isOld: boolean }) {
  const { t } = useTranslation("system");
  const health = healthOf(status);
  return (
    <Stack gap="xl">
      <HealthCard status={status} health={health} isOld={isOld} />
      {health.objections.length > 0 && (
        <Warnings title={t("warnings.title")} warnings={health.objections} />
      )}
      <Figures status={status} health={health} />
      <Features features={status.features} />
      {health.notes.length > 0 && <Warnings title={t("warnings.notes")} warnings={health.notes} />}
      <Runtime status={status} />
      <MetricsNote />
    </Stack>
  );
}
