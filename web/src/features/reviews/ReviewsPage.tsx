import { Badge, Stack, Tabs } from "@mantine/core";
import { IconCircleCheck, IconHistory } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { EmptyState } from "@/components/EmptyState";
import { PageHeader } from "@/components/PageHeader";
import { useOpenReviews } from "@/lib/open-reviews";

import { DecidedReview } from "./components/DecidedReview";
import { OpenReview } from "./components/OpenReview";
import { ReviewList } from "./components/ReviewList";

/** What people ask operators for: what waits, and what was decided. */
export function ReviewsPage() {
  const { t } = useTranslation("reviews");
  const open = useOpenReviews();
  const [params, setParams] = useSearchParams();
  const state = params.get("state") === "decided" ? "decided" : "open";
  return (
    <Stack gap={0} maw={820}>
      <PageHeader title={t("title")} purpose={t("purpose")} />
      <Tabs
        value={state}
        onChange={(next) => setParams(next === "decided" ? { state: next } : {})}
        keepMounted={false}
      >
        <Tabs.List mb="lg" aria-label={t("tabs.name")}>
          <Tabs.Tab value="open" rightSection={open > 0 && <Badge size="sm">{open}</Badge>}>
            {t("tabs.open")}
          </Tabs.Tab>
          <Tabs.Tab value="decided">{t("tabs.decided")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="open">
          <ReviewList
            state="open"
            empty={
              <EmptyState
                icon={IconCircleCheck}
                title={t("none.title")}
                advice={t("none.advice")}
              />
            }
          >
            {(review) => <OpenReview review={review} />}
          </ReviewList>
        </Tabs.Panel>
        <Tabs.Panel value="decided">
          <ReviewList
            state="decided"
            empty={
              <EmptyState
                icon={IconHistory}
                title={t("noneDecided.title")}
                advice={t("noneDecided.advice")}
              />
            }
          >
            {(review) => <DecidedReview review={review} />}
          </ReviewList>
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
