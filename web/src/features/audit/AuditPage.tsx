import { Button, Group, Stack, Text } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { PageHeader } from "@/components/PageHeader";

import { verifyChain } from "./api/verify-chain";
import { AuditFilters } from "./components/AuditFilters";
import { ChainCheck } from "./components/ChainCheck";
import { EntryList } from "./components/EntryList";
import { ExportMenu } from "./components/ExportMenu";
import { queryOf } from "./filter";

/** What was done and tried, by whom, and that nobody has changed the record of it. */
export function AuditPage() {
  const { t } = useTranslation("audit");
  const [params, setParams] = useSearchParams();
  const filter = useMemo(() => queryOf(params), [params]);
  const check = useMutation({ mutationFn: verifyChain });
  return (
    <>
      <PageHeader title={t("title")} purpose={t("purpose")}>
        <Group gap="sm">
          <ExportMenu filter={filter} />
          <Button
            leftSection={<IconShieldCheck size={18} />}
            loading={check.isPending}
            onClick={() => check.mutate()}
          >
            {t("check.action")}
          </Button>
        </Group>
      </PageHeader>
      <Stack gap="lg">
        <ChainCheck check={check} />
        <AuditFilters params={params} onChange={(next) => setParams(next, { replace: true })} />
        <Text size="sm" c="dimmed" maw={720}>
          {t("pseudonyms")}
        </Text>
        <EntryList filter={filter} onReset={() => setParams({}, { replace: true })} />
      </Stack>
    </>
  );
}
