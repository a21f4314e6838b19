import { SimpleGrid, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Loaded } from "@/components/Loaded";
import { StatCard } from "@/components/StatCard";
import { formatRate } from "@/lib/format";

import { getErrorRates } from "../api/get-error-rates";

/** What to expect: how often the right person is refused, by how many pictures they gave. */
export function ErrorRates() {
  const { t, i18n } = useTranslation("models");
  const query = useQuery(getErrorRates);
  return (
    <section aria-labelledby="rates">
      <Title order={2} fz="lg" id="rates">
        {t("rates.title")}
      </Title>
      <Loaded query={query} height={156}>
        {({ targetFmr, rates }) => (
          <>
            <Text size="sm" c="dimmed" maw={720} mb="sm">
              {t("rates.meaning", { rate: formatRate(targetFmr, i18n.language) })}
            </Text>
            <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
              {rates.map(({ samples, falseNonMatchRate }) => (
                <StatCard
                  key={samples}
                  label={t("rates.samples", { count: samples })}
                  value={formatRate(falseNonMatchRate, i18n.language)}
                  note={t("rates.refused")}
                />
              ))}
            </SimpleGrid>
          </>
        )}
      </Loaded>
    </section>
  );
}
