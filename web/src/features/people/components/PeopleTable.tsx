import { Group, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Time } from "@/components/Time";

import type { Person } from "./FoundPeople";
import classes from "./PeopleTable.module.css";
import { PersonName } from "./PersonName";
import { QualityMeter } from "./QualityMeter";
import { StateBadge } from "./StateBadge";

const COLUMNS = ["person", "department", "templates", "quality", "state", "enrolled"] as const;

export function PeopleTable({ people }: { people: readonly Person[] }) {
  const { t } = useTranslation("people");
  return (
    <Table.ScrollContainer minWidth={680} type="native">
      <Table aria-label={t("table")} horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            {COLUMNS.map((column) => (
              <Table.Th key={column} className={classes.head ?? ""} scope="col">
                {t(`columns.${column}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {people.map((person) => (
            <Row key={person.user_id} person={person} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ person }: { person: Person }) {
  const { t } = useTranslation("people");
  return (
    <Table.Tr className={classes.row ?? ""}>
      <Table.Td>
        <PersonName person={person} />
      </Table.Td>
      <Table.Td>{person.department ?? "–"}</Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap" data-numbers>
          {person.templates}
          {person.adapted_templates > 0 && (
            <Text size="sm" c="dimmed">
              {t("learned", { count: person.adapted_templates })}
            </Text>
          )}
        </Group>
      </Table.Td>
      <Table.Td>
        <QualityMeter quality={person.avg_quality_score} />
      </Table.Td>
      <Table.Td>
        <StateBadge person={person} />
      </Table.Td>
      <Table.Td className={classes.time ?? ""}>
        <Time at={person.enrolled_at} />
      </Table.Td>
    </Table.Tr>
  );
}
