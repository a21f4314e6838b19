import { IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Outcome } from "@/components/Outcome";

import classes from "../Audit.module.css";
import type { AuditEntry } from "../days";
import { EntryDetails } from "./EntryDetails";

/** One event in a line; opened, all that is written of it. */
export function Entry({ entry }: { entry: AuditEntry }) {
  const { t, i18n } = useTranslation("audit");
  const [isOpen, setOpen] = useState(false);
  const at = new Date(entry.at);
  const clock = new Intl.DateTimeFormat(i18n.language, { timeStyle: "medium" }).format(at);
  return (
    <details className={classes.entry} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={classes.line}>
        <IconChevronRight className={classes.chevron} size={16} aria-hidden />
        <time className={classes.clock} dateTime={entry.at} data-numbers>
          {clock}
        </time>
        <span className={classes.action}>
          {t(`actions.${entry.action}` as "actions.enroll", { defaultValue: entry.action })}
        </span>
        <span className={classes.who}>
          {entry.actor}
          {entry.subject !== null && (
            <span className={classes.subject}> → {entry.subject.slice(0, 8)}…</span>
          )}
        </span>
        <span className={classes.outcome}>
          {entry.accepted !== null && <Outcome accepted={entry.accepted} reason={entry.reason} />}
        </span>
      </summary>
      {isOpen && <EntryDetails entry={entry} />}
    </details>
  );
}
