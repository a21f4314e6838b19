import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Loaded } from "@/components/Loaded";
import { HistoryList } from "@/components/person/HistoryList";
import { Section } from "@/components/person/Section";

import { disownAttempt } from "../api/disown-attempt";
import { getHistory } from "../api/get-history";
import { useOwnChange } from "../use-own-change";

export function HistorySection() {
  const { t } = useTranslation(["myPage", "person"]);
  const history = useInfiniteQuery(getHistory);
  const disown = useOwnChange(disownAttempt, t("person:history.you.done"));
  return (
    <Section title={t("history.title")} purpose={t("history.purpose")}>
      <Loaded query={history} height={400}>
        {({ pages }) => (
          <HistoryList
            events={pages.flatMap((page) => page.history)}
            voice="you"
            onDisown={disown.mutateAsync}
            onMore={history.hasNextPage ? () => void history.fetchNextPage() : undefined}
            isLoadingMore={history.isFetchingNextPage}
          />
        )}
      </Loaded>
    </Section>
  );
}
