import { Button, Card, Center, Stack, Title } from "@mantine/core";
import { IconListSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { formatDay } from "@/lib/format";

import { getEntries } from "../api/get-entries";
import classes from "../Audit.module.css";
import { byDay } from "../days";
import type { AuditQuery } from "../filter";
import { Entry } from "./Entry";

interface Props {
  filter: AuditQuery;
  onReset: () => void;
}

/** The entries that a filter leaves, the newest first, under their days. */
export function EntryList({ filter, onReset }: Props) {
  const { t, i18n } = useTranslation();
  const query = useInfiniteQuery(getEntries(filter));
  return (
    <Loaded query={query} height={560}>
      {({ pages }) => {
        const entries = pages.flatMap((page) => page.entries);
        if (entries.length === 0) return <Nothing onReset={onReset} />;
        return (
          <Stack gap="lg" className={classes.entries} data-old={query.isPlaceholderData}>
            {byDay(entries).map(({ at, entries: ofDay }) => (
              <section key={ofDay[0]?.sequence}>
                <Title order={2} className={classes.day}>
                  {formatDay(at, i18n.language)}
                </Title>
                <Card padding={0}>
                  {ofDay.map((entry) => (
                    <Entry key={entry.sequence} entry={entry} />
                  ))}
                </Card>
              </section>
            ))}
            {query.hasNextPage && (
              <Center>
                <Button
                  variant="default"
                  loading={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {t("loadMore")}
                </Button>
              </Center>
            )}
          </Stack>
        );
      }}
    </Loaded>
  );
}

function Nothing({ onReset }: { onReset: () => void }) {
  const { t } = useTranslation("audit");
  return (
    <EmptyState icon={IconListSearch} title={t("nothing.title")} advice={t("nothing.advice")}>
      <Button variant="light" onClick={onReset}>
        {t("filters.reset")}
      </Button>
    </EmptyState>
  );
}
