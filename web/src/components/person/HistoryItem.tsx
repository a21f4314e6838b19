import { Badge, Button, Group, Text } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import { Outcome } from "../Outcome";
import { Time } from "../Time";
import { EventDetails } from "./EventDetails";
import { EventIcon } from "./EventIcon";
import classes from "./HistoryList.module.css";
import type { HistoryEvent } from "./history";
import type { Voice } from "./voice";

interface Props {
  event: HistoryEvent;
  voice: Voice;
  isDisowned: boolean;
  onDisown: (() => void) | undefined;
}

export function HistoryItem({ event, voice, isDisowned, onDisown }: Props) {
  const { t } = useTranslation("person");
  const { kind, accepted, reason, at } = event;
  return (
    <li className={classes.item}>
      <EventIcon kind={kind} />
      <div className={classes.body}>
        <Group gap="xs" justify="space-between" align="flex-start" wrap="nowrap">
          <Group gap="xs">
            <Text fw={550}>{nameOf(kind, voice, t)}</Text>
            {accepted !== null && <Outcome accepted={accepted} reason={reason} />}
            {isDisowned && <Badge color="yellow">{t("history.disowned")}</Badge>}
          </Group>
          <Text size="sm" c="dimmed" className={classes.time ?? ""}>
            <Time at={at} />
          </Text>
        </Group>
        <EventDetails event={event} voice={voice} />
        {onDisown && !isDisowned && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            className={classes.disown ?? ""}
            onClick={onDisown}
          >
            {t(`history.${voice}.action`)}
          </Button>
        )}
      </div>
    </li>
  );
}

function nameOf(kind: string, voice: Voice, t: TFunction<"person">): string {
  const known = `kinds.${kind}` as "kinds.enroll";
  const yours = `yourKinds.${kind}` as "yourKinds.adapt";
  return t(voice === "you" ? [yours, known] : known, { defaultValue: kind });
}
