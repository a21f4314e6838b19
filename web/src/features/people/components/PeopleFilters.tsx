import { Autocomplete, CloseButton, Group, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconBuilding, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { PeopleSearch } from "../search";
import classes from "./PeopleFilters.module.css";

type Wanted = Pick<PeopleSearch, "query" | "department">;

interface Props {
  search: Wanted;
  /** Suggested, not all there are. */
  departments: string[];
  onSearch: (wanted: Wanted) => void;
}

const WAIT_MS = 250;

/** Looks for people a moment after somebody stops typing. */
export function PeopleFilters({ search: { query, department }, departments, onSearch }: Props) {
  const { t } = useTranslation("people");
  const [written, setWritten] = useState<Wanted>({ query, department });
  const [searched, setSearched] = useState<Wanted>({ query, department });
  const searchSoon = useDebouncedCallback(onSearch, WAIT_MS);
  if (searched.query !== query || searched.department !== department) {
    setSearched({ query, department });
    // Not by what was written here: somebody went back, or cleared the search elsewhere.
    const { query: text, department: group } = trimmed(written);
    if (text !== query || group !== department) setWritten({ query, department });
  }

  function write(next: Partial<Wanted>) {
    const wanted = { ...written, ...next };
    setWritten(wanted);
    searchSoon(trimmed(wanted));
  }

  return (
    <Group gap="sm" mb="md" role="search">
      <TextInput
        className={classes.query ?? ""}
        aria-label={t("search")}
        placeholder={t("search")}
        leftSection={<IconSearch size={16} />}
        rightSection={
          written.query !== "" && (
            <CloseButton size="sm" aria-label={t("clear")} onClick={() => write({ query: "" })} />
          )
        }
        value={written.query}
        onChange={(event) => write({ query: event.currentTarget.value })}
      />
      <Autocomplete
        className={classes.department ?? ""}
        aria-label={t("department")}
        placeholder={t("anyDepartment")}
        leftSection={<IconBuilding size={16} />}
        data={departments}
        clearable
        clearButtonProps={{ "aria-label": t("clear") }}
        value={written.department}
        onChange={(value) => write({ department: value })}
      />
    </Group>
  );
}

function trimmed({ query, department }: Wanted): Wanted {
  return { query: query.trim(), department: department.trim() };
}
