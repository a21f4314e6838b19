import { Box, Group, Text } from "@mantine/core";
import { Link } from "react-router";

import { Monogram } from "@/components/person/Monogram";

import type { Person } from "./FoundPeople";
import classes from "./PersonName.module.css";

/** Leads to a person; what is around it, and lies relative, leads there as well. */
export function PersonName({ person: { user_id: userId, name } }: { person: Person }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <Monogram name={name ?? userId} />
      <Box miw={0}>
        <Link className={classes.link} to={`/people/${encodeURIComponent(userId)}`}>
          {name ?? userId}
        </Link>
        {name !== null && (
          <Text size="sm" c="dimmed" truncate>
            {userId}
          </Text>
        )}
      </Box>
    </Group>
  );
}
