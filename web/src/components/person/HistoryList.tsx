import { Button, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "../ConfirmDialog";
import { HistoryItem } from "./HistoryItem";
import classes from "./HistoryList.module.css";
import { type HistoryEvent, disownableAttempt, disownedAttempts } from "./history";
import type { Voice } from "./voice";

interface Props {
  /** Newest first. */
  events: readonly HistoryEvent[];
  voice: Voice;
  /** Takes back what was learned from an attempt. Absent for those who may only look. */
  onDisown?: ((attempt: string) => Promise<unknown>) | undefined;
  /** Absent at the end. */
  onMore?: (() => void) | undefined;
  isLoadingMore: boolean;
}

/** What was done with a person and tried in their name. */
export function HistoryList({ events, voice, onDisown, onMore, isLoadingMore }: Props) {
  const { t } = useTranslation(["person", "common"]);
  const [asked, setAsked] = useState<string | null>(null);
  const disowned = useMemo(() => disownedAttempts(events), [events]);
  if (events.length === 0) return <Text c="dimmed">{t("history.empty")}</Text>;
  return (
    <>
      <ol className={classes.list}>
        {events.map((event) => {
          const attempt = disownableAttempt(event);
          return (
            <HistoryItem
              key={event.sequence}
              event={event}
              voice={voice}
              isDisowned={attempt !== null && disowned.has(attempt)}
              onDisown={attempt !== null && onDisown ? () => setAsked(attempt) : undefined}
            />
          );
        })}
      </ol>
      {onMore && (
        <Button variant="default" fullWidth mt="md" loading={isLoadingMore} onClick={onMore}>
          {t("common:loadMore")}
        </Button>
      )}
      {asked !== null && onDisown && (
        <ConfirmDialog
          opened
          title={t(`history.${voice}.title`)}
          action={t(`history.${voice}.action`)}
          onConfirm={() => onDisown(asked)}
          onClose={() => setAsked(null)}
        >
          {t(`history.${voice}.explain`)}
        </ConfirmDialog>
      )}
    </>
  );
}
