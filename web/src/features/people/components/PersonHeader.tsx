import { Box, Group } from "@mantine/core";

import { PageHeader } from "@/components/PageHeader";
import { Monogram } from "@/components/person/Monogram";

import type { Person } from "./FoundPeople";
import classes from "./PersonHeader.module.css";
import { PersonActions } from "./PersonActions";
import { StateBadge } from "./StateBadge";

export function PersonHeader({ person }: { person: Person }) {
  const { user_id: userId, name, role, department } = person;
  const known = [name === null ? null : userId, role, department].filter((each) => each !== null);
  return (
    <Group wrap="nowrap" align="flex-start" gap="md">
      <Box visibleFrom="sm" pt={2}>
        <Monogram name={name ?? userId} size="lg" />
      </Box>
      <Box className={classes.words ?? ""}>
        <PageHeader title={name ?? userId} purpose={known.join(" · ")}>
          <StateBadge person={person} />
          <PersonActions person={person} />
        </PageHeader>
      </Box>
    </Group>
  );
}
