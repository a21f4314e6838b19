import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { CopyText } from "@/components/CopyText";
import { Time } from "@/components/Time";
import { formatRate } from "@/lib/format";

import classes from "../Audit.module.css";
import type { AuditEntry } from "../days";

/** All that is written of an event, and its place in the chain. */
export function EntryDetails({ entry }: { entry: AuditEntry }) {
  const { t, i18n } = useTranslation("audit");
  return (
    <dl className={`${classes.facts} ${classes.opened}`}>
      <Fact name={t("entry.when")}>
        <Time at={entry.at} />
      </Fact>
      {entry.subject !== null && (
        <Fact name={t("entry.subject")}>
          <CopyText text={entry.subject} label={t("entry.subject")} />
        </Fact>
      )}
      {entry.reason !== null && <Fact name={t("entry.reason")}>{entry.reason}</Fact>}
      {entry.false_match_rate !== null && (
        <Fact name={t("entry.falseMatchRate")}>
          {t("entry.falseMatchRateOf", { rate: formatRate(entry.false_match_rate, i18n.language) })}
        </Fact>
      )}
      {Object.entries(entry.details)
        .filter(([, value]) => value !== "")
        .map(([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
      <Fact name={t("entry.sequence")}>{entry.sequence}</Fact>
      <Fact name={t("entry.digest")}>
        <CopyText text={entry.digest} label={t("entry.digest")} shown={24} />
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
