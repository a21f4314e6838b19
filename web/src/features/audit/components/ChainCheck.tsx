import { Alert, Card, Group, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { IconAlertTriangle, IconShieldCheck } from "@tabler/icons-react";
import type { UseMutationResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { CopyText } from "@/components/CopyText";
import { ProblemAlert } from "@/components/ProblemAlert";
import { formatAbsolute } from "@/lib/format";
import { asProblem } from "@/lib/problem";

import type { Verification } from "../api/verify-chain";
import classes from "../Audit.module.css";

/** What the last check of the whole log found, if there was one. */
export function ChainCheck({ check }: { check: UseMutationResult<Verification, Error, void> }) {
  if (check.isError) return <ProblemAlert problem={asProblem(check.error)} />;
  return (
    <div role="status" className={classes.status}>
      {check.data && <Found found={check.data} at={new Date(check.submittedAt)} />}
    </div>
  );
}

function Found({ found, at }: { found: Verification; at: Date }) {
  const { t, i18n } = useTranslation("audit");
  if (!found.sound) {
    return (
      <Alert color="red" icon={<IconAlertTriangle size={18} />} title={t("check.broken")}>
        <Stack gap="xs">
          <Text size="sm">{found.problem}</Text>
          <Text size="sm">{t("check.brokenAdvice")}</Text>
        </Stack>
      </Alert>
    );
  }
  return (
    <Card>
      <Group wrap="nowrap" align="flex-start" gap="md">
        <ThemeIcon variant="light" size={44} radius="xl">
          <IconShieldCheck size={24} stroke={1.6} />
        </ThemeIcon>
        <Stack gap="sm" miw={0} flex={1}>
          <div>
            <Title order={2} fz="lg">
              {t("check.sound", { count: found.entries })}
            </Title>
            <Text size="sm" c="dimmed">
              {t("check.soundAt", { at: formatAbsolute(at, i18n.language) })}
            </Text>
          </div>
          {found.head && <Head head={found.head} />}
        </Stack>
      </Group>
    </Card>
  );
}

function Head({ head }: { head: NonNullable<Verification["head"]> }) {
  const { t } = useTranslation("audit");
  return (
    <>
      <Text size="sm" maw={640}>
        {t("check.keep")}
      </Text>
      <dl className={classes.facts}>
        <dt>{t("entry.sequence")}</dt>
        <dd data-numbers>{head.sequence}</dd>
        <dt>{t("entry.digest")}</dt>
        <dd>
          <CopyText text={head.digest} label={t("entry.digest")} />
        </dd>
        <dt>{t("check.kid")}</dt>
        <dd>
          <CopyText text={head.kid} label={t("check.kid")} />
        </dd>
        <dt>{t("check.signature")}</dt>
        <dd>
          <CopyText text={head.signature} label={t("check.signature")} shown={32} />
        </dd>
      </dl>
    </>
  );
}
