import { Box, Button, Card, Group, Pagination, Text } from "@mantine/core";
import { IconUserOff, IconUsers } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { components } from "@/api/schema";
import { EmptyState } from "@/components/EmptyState";
import { formatCount } from "@/lib/format";

import { type PeopleSearch, pageCount, rangeOf } from "../search";
import classes from "./FoundPeople.module.css";
import { PeopleCards } from "./PeopleCards";
import { PeopleTable } from "./PeopleTable";

export type Person = components["schemas"]["UserResult"];

interface Props {
  people: readonly Person[];
  total: number;
  search: PeopleSearch;
  /** The people of the search before are shown while the next ones are asked for. */
  isStale: boolean;
  onPage: (page: number) => void;
  onClear: () => void;
}

export function FoundPeople({ people, total, search, isStale, onPage, onClear }: Props) {
  const { t, i18n } = useTranslation("people");
  if (people.length === 0) return <Nobody search={search} onClear={onClear} />;
  const [from, to] = rangeOf(search.page, people.length);
  const count = (number: number) => formatCount(number, i18n.language);
  return (
    <Box className={classes.found ?? ""} data-stale={isStale} aria-busy={isStale}>
      <Card padding={0} visibleFrom="md">
        <PeopleTable people={people} />
      </Card>
      <Box hiddenFrom="md">
        <PeopleCards people={people} />
      </Box>
      <Group justify="space-between" mt="md">
        <Text size="sm" c="dimmed" data-numbers aria-live="polite">
          {t("range", { from: count(from), to: count(to), total: count(total) })}
        </Text>
        {pageCount(total) > 1 && (
          <Pagination
            size="sm"
            aria-label={t("pages")}
            total={pageCount(total)}
            value={search.page}
            onChange={onPage}
            getItemProps={(page) => ({ "aria-label": t("page.number", { page }) })}
            getControlProps={(control) => ({ "aria-label": t(`page.${control}`) })}
          />
        )}
      </Group>
    </Box>
  );
}

function Nobody({ search, onClear }: Pick<Props, "search" | "onClear">) {
  const { t } = useTranslation("people");
  if (search.query === "" && search.department === "" && search.page === 1) {
    return (
      <EmptyState icon={IconUsers} title={t("none.title")} advice={t("none.advice")}>
        <Button component={Link} to="/live?mode=enroll" variant="light">
          {t("enroll")}
        </Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={IconUserOff} title={t("noMatch.title")} advice={t("noMatch.advice")}>
      <Button variant="light" onClick={onClear}>
        {t("noMatch.clear")}
      </Button>
    </EmptyState>
  );
}
