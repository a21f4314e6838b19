import { Button } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";

import { Loaded } from "@/components/Loaded";
import { PageHeader } from "@/components/PageHeader";
import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import { findPeople } from "./api/find-people";
import { FoundPeople } from "./components/FoundPeople";
import { PeopleFilters } from "./components/PeopleFilters";
import { type PeopleSearch, readSearch, writeSearch } from "./search";

/** Who is enrolled, to search and to page through; the address holds what is looked for. */
export function PeoplePage() {
  const { t } = useTranslation("people");
  const session = useSession();
  const [params, setParams] = useSearchParams();
  const search = readSearch(params);
  const found = useQuery(findPeople(search));

  /** Looks for something else; `replace` while somebody types, who goes back in one step. */
  function look(next: Partial<PeopleSearch>, replace: boolean) {
    setParams(writeSearch({ ...search, page: 1, ...next }), { replace });
  }

  return (
    <>
      <PageHeader title={t("title")} purpose={t("purpose")}>
        {may(session, "enroll") && (
          <Button component={Link} to="/live?mode=enroll" leftSection={<IconUserPlus size={18} />}>
            {t("enroll")}
          </Button>
        )}
      </PageHeader>
      <PeopleFilters
        search={search}
        departments={departmentsOf(found.data?.users)}
        onSearch={(next) => look(next, true)}
      />
      <Loaded query={found} height={560}>
        {({ users, total }) => (
          <FoundPeople
            people={users}
            total={total}
            search={search}
            isStale={found.isPlaceholderData}
            onPage={(page) => look({ page }, false)}
            onClear={() => look({ query: "", department: "" }, false)}
          />
        )}
      </Loaded>
    </>
  );
}

/** Return the departments that are in sight: all that can be suggested without another request. */
function departmentsOf(people: readonly { department: string | null }[] = []): string[] {
  const named = people.flatMap(({ department }) => department ?? []);
  return [...new Set(named)].sort((a, b) => a.localeCompare(b));
}
