import { Card, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { formatAbsolute, formatBytes } from "@/lib/format";

import type { Status } from "../api/get-status";
import classes from "../System.module.css";

const DATABASES: Readonly<Record<string, string>> = { sqlite: "SQLite", postgresql: "PostgreSQL" };

/** What the server runs on. */
export function Runtime({ status }: { status: Status }) {
  const { t, i18n } = useTranslation("system");
  const { kind, bytes } = status.database;
  return (
    <section>
      <Title order={2} fz="lg" mb="sm">
        {t("runtime.title")}
      </Title>
      <Card>
        <dl className={classes.facts} data-numbers>
          <dt>{t("runtime.database")}</dt>
          <dd>
            {DATABASES[kind] ?? kind}, {formatBytes(bytes, i18n.language)}
          </dd>
          <dt>{t("runtime.started")}</dt>
          <dd>{formatAbsolute(new Date(status.started_at), i18n.language)}</dd>
          <dt>Python</dt>
          <dd>{status.python}</dd>
          <dt>{t("runtime.platform")}</dt>
          <dd>{status.platform}</dd>
        </dl>
      </Card>
    </section>
  );
}
