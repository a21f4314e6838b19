import { Alert, Button, Group, Text } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { formatAbsolute } from "@/lib/format";
import { asProblem } from "@/lib/problem";
import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";
import { useNow } from "@/lib/use-now";

import { unlockPerson } from "../api/unlock-person";
import { lockStateOf } from "../lock-state";
import { useChange } from "../use-change";
import type { Person } from "./FoundPeople";

/** Why nobody can sign in as this person at the moment, and the way to change that. */
export function LockAlert({ person }: { person: Person }) {
  const { user_id: userId, locked_until: lockedUntil, failed_attempts: count } = person;
  const { t, i18n } = useTranslation("people");
  const session = useSession();
  const state = lockStateOf(lockedUntil, useNow());
  const unlock = useChange(
    userId,
    () => unlockPerson(userId),
    t("lock.unlocked", { user: userId }),
  );
  if (state === "open" || lockedUntil === null) return null;
  const title =
    state === "forever"
      ? t("lock.forever")
      : t("lock.until", { when: formatAbsolute(new Date(lockedUntil), i18n.language) });
  return (
    <Alert color="red" icon={<IconLock size={18} />} title={title} mb="lg">
      <Group justify="space-between">
        <Text size="sm">
          {state === "forever" ? t("lock.foreverAdvice") : t("lock.untilAdvice", { count })}
        </Text>
        {may(session, "admin") && (
          <Button
            variant="default"
            size="xs"
            loading={unlock.isPending}
            onClick={() => unlock.mutate()}
          >
            {t("lock.unlock")}
          </Button>
        )}
      </Group>
      {unlock.isError && <ProblemAlert problem={asProblem(unlock.error)} />}
    </Alert>
  );
}
