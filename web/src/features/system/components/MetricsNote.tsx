import { Code, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Where a monitoring system finds all this, and more. */
export function MetricsNote() {
  const { t } = useTranslation("system");
  return (
    <section>
      <Title order={2} fz="lg" mb={4}>
        {t("metrics.title")}
      </Title>
      <Stack gap="xs" maw={720}>
        <Text size="sm" c="dimmed">
          {t("metrics.advice")}
        </Text>
        <Code block tabIndex={0} aria-label={t("metrics.title")}>
          {`curl -H "X-API-Key: $MIEN_KEY" ${window.location.origin}/metrics`}
        </Code>
        <Text size="sm" c="dimmed">
          {t("metrics.health")}
        </Text>
      </Stack>
    </section>
  );
}
