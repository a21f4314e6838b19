import { Card, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Person } from "./FoundPeople";
import { PersonName } from "./PersonName";
import { QualityMeter } from "./QualityMeter";
import { StateBadge } from "./StateBadge";

/** The same people where there is no room for a table. */
export function PeopleCards({ people }: { people: readonly Person[] }) {
  const { t } = useTranslation("people");
  return (
    <Stack gap="sm" component="ul" p={0} m={0} aria-label={t("table")}>
      {people.map((person) => (
        <Card key={person.user_id} component="li" padding="md" pos="relative">
          <PersonName person={person} />
          {person.department !== null && (
            <Text size="sm" mt="xs">
              {person.department}
            </Text>
          )}
          <Group justify="space-between" mt="sm" gap="xs">
            <StateBadge person={person} />
            <QualityMeter quality={person.avg_quality_score} />
          </Group>
        </Card>
      ))}
    </Stack>
  );
}
