import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Loaded } from "@/components/Loaded";
import { HistoryList } from "@/components/person/HistoryList";
import { Section } from "@/components/person/Section";
import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import { disownAttempt } from "../api/disown-attempt";
import { getHistory } from "../api/get-history";
import { useChange } from "../use-change";

export function HistorySection({ userId }: { userId: string }) {
  const { t } = useTranslation(["people", "person"]);
  const session = useSession();
  const history = useInfiniteQuery(getHistory(userId));
  const disown = useChange(
    userId,
    (attempt: string) => disownAttempt(userId, attempt),
    t("person:history.them.done"),
  );
  return (
    <Section title={t("history.title")} purpose={t("history.purpose")}>
      <Loaded query={history} height={400}>
        {({ pages }) => (
          <HistoryList
            events={pages.flatMap((page) => page.history)}
            voice="them"
            onDisown={may(session, "enroll") ? disown.mutateAsync : undefined}
            onMore={history.hasNextPage ? () => void history.fetchNextPage() : undefined}
            isLoadingMore={history.isFetchingNextPage}
          />
        )}
      </Loaded>
    </Section>
  );
}
