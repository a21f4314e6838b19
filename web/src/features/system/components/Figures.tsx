import { SimpleGrid, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { StatCard } from "@/components/StatCard";
import { formatBytes, formatCount, formatShare } from "@/lib/format";

import type { Status } from "../api/get-status";
import type { Health } from "../health";

/** How much there is to do, and how it goes. */
export function Figures({ status, health }: { status: Status; health: Health }) {
  const { t, i18n } = useTranslation("system");
  const { language } = i18n;
  const memory = status.memory_bytes;
  return (
    <section>
      <Title order={2} fz="lg" mb="sm">
        {t("figures.title")}
      </Title>
      <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="sm">
        <StatCard
          label={t("figures.gallery")}
          value={formatCount(status.gallery, language)}
          note={t("figures.galleryNote")}
        />
        <StatCard
          label={t("figures.pending")}
          value={formatCount(status.pending, language)}
          note={t("figures.pendingNote", { count: status.workers })}
        />
        <StatCard
          label={t("figures.streams")}
          value={formatCount(status.streams, language)}
          note={t("figures.streamsNote")}
        />
        <StatCard
          label={t("figures.requests")}
          value={formatCount(status.requests, language)}
          note={t("figures.requestsNote")}
        />
        <StatCard
          label={t("figures.errors")}
          value={formatCount(status.server_errors, language)}
          note={t("figures.errorsNote", { share: formatShare(health.errorShare, language, 2) })}
        />
        <StatCard
          label={t("figures.memory")}
          value={memory === null ? "–" : formatBytes(memory, language)}
          note={t("figures.memoryNote")}
        />
      </SimpleGrid>
    </section>
  );
}
