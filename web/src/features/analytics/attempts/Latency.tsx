import { Card, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { components } from "@/api/schema";
import { Whisker } from "@/components/charts/Whisker";
import { Loaded } from "@/components/Loaded";
import { ScrollTable } from "@/components/ScrollTable";
import { Time } from "@/components/Time";
import { formatCount } from "@/lib/format";

import { getLatency } from "../api/get-latency";

type RouteLatency = components["schemas"]["RouteLatencyResult"];

/** From a millisecond to the longest time that the server tells apart. */
const DOMAIN = [1, 10_000] as const;

/** How long answers take, request by request. */
export function Latency() {
  const { t } = useTranslation("analytics");
  const latency = useQuery(getLatency);
  return (
    <Loaded query={latency} height={320}>
      {({ since, routes }) => (
        <Card>
          <Stack gap="md">
            <div>
              <Title order={2} fz="md">
                {t("latency.title")}
              </Title>
              <Text size="sm" c="dimmed" component="div">
                {t("latency.says")} (<Time at={since} />)
              </Text>
            </div>
            {routes.length === 0 ? <Text>{t("latency.empty")}</Text> : <Routes routes={routes} />}
          </Stack>
        </Card>
      )}
    </Loaded>
  );
}

function Routes({ routes }: { routes: readonly RouteLatency[] }) {
  const { t } = useTranslation("analytics");
  return (
    <ScrollTable name={t("latency.title")} minWidth={640} verticalSpacing={8}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("latency.route")}</Table.Th>
          <Table.Th ta="right">{t("latency.median")}</Table.Th>
          <Table.Th ta="right">{t("latency.p95")}</Table.Th>
          <Table.Th>{t("latency.spread")}</Table.Th>
          <Table.Th ta="right">{t("latency.requests")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {routes.map((route) => (
          <Route key={route.route} latency={route} />
        ))}
      </Table.Tbody>
    </ScrollTable>
  );
}

function Route({ latency }: { latency: RouteLatency }) {
  const { t, i18n } = useTranslation("analytics");
  const inWords = (ms: number | null) =>
    ms === null
      ? t("latency.beyond")
      : t("latency.milliseconds", { value: formatCount(Number(ms.toPrecision(2)), i18n.language) });
  const median = inWords(latency.median_ms);
  const p95 = inWords(latency.p95_ms);
  return (
    <Table.Tr>
      <Table.Td ff="monospace" fz="xs">
        {latency.route}
      </Table.Td>
      <Table.Td ta="right">{median}</Table.Td>
      <Table.Td ta="right">{p95}</Table.Td>
      <Table.Td>
        {latency.median_ms !== null && (
          <Whisker
            label={t("latency.spreadSays", { median, p95 })}
            value={latency.median_ms}
            low={latency.median_ms}
            high={latency.p95_ms}
            domain={DOMAIN}
            log
          />
        )}
      </Table.Td>
      <Table.Td ta="right">{formatCount(latency.count, i18n.language)}</Table.Td>
    </Table.Tr>
  );
}
