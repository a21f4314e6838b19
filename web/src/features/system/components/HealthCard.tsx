import { Card, Text, ThemeIcon, Title } from "@mantine/core";
import { IconAlertTriangle, IconHeartbeat, IconUrgent } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { Time } from "@/components/Time";

import type { Status } from "../api/get-status";
import type { Health } from "../health";
import classes from "../System.module.css";

const LOOKS = {
  well: { color: "verdigris", icon: IconHeartbeat },
  weak: { color: "yellow", icon: IconAlertTriangle },
  failing: { color: "red", icon: IconUrgent },
} as const;

interface Props {
  status: Status;
  health: Health;
  /** Whether the server has stopped answering since. */
  isOld: boolean;
}

/** The server's health in one sentence. */
export function HealthCard({ status, health, isOld }: Props) {
  const { t } = useTranslation("system");
  const { color, icon: Icon } = LOOKS[isOld ? "failing" : health.state];
  const said = isOld
    ? t("health.silent")
    : t(`health.${health.state}`, { count: health.objections.length });
  return (
    <Card>
      <div className={classes.health}>
        <ThemeIcon variant="light" color={color} size={48} radius="xl">
          <Icon size={26} stroke={1.6} />
        </ThemeIcon>
        <div role="status">
          <Title order={2} fz="lg">
            {said}
          </Title>
          <Text size="sm" c="dimmed">
            {t("health.version", { version: status.version })} <Time at={status.started_at} />
            {" · "}
            {t(status.production ? "health.production" : "health.notProduction")}
          </Text>
        </div>
      </div>
    </Card>
  );
}
