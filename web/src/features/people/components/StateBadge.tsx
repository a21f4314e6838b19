import { Badge } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { useNow } from "@/lib/use-now";

import { lockStateOf } from "../lock-state";
import type { Person } from "./FoundPeople";

/** Whether somebody can sign in, and how often it failed since they last did. */
export function StateBadge({ person }: { person: Person }) {
  const { t } = useTranslation("people");
  const now = useNow();
  if (lockStateOf(person.locked_until, now) !== "open") {
    return (
      <Badge color="red" leftSection={<IconLock size={12} />}>
        {t("state.locked")}
      </Badge>
    );
  }
  if (person.failed_attempts > 0) {
    return (
      <Badge color="yellow" leftSection={<IconAlertTriangle size={12} />}>
        {t("state.failed", { count: person.failed_attempts })}
      </Badge>
    );
  }
  return (
    <Badge color="gray" leftSection={<IconCheck size={12} />}>
      {t("state.active")}
    </Badge>
  );
}
