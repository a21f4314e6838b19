import { Button, Stack } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Loaded } from "@/components/Loaded";

import { getReviews } from "../api/get-reviews";
import type { Review } from "../review";

interface Props {
  state: "open" | "decided";
  empty: ReactNode;
  children: (review: Review) => ReactNode;
}

/** Requests, newest first, which come by themselves. */
export function ReviewList({ state, empty, children }: Props) {
  const { t } = useTranslation();
  const found = useInfiniteQuery(getReviews(state));
  return (
    <Loaded query={found} height={260}>
      {({ pages }) => {
        const reviews = pages.flatMap((page) => page.reviews);
        if (reviews.length === 0) return empty;
        return (
          <Stack gap="md">
            {reviews.map((review) => (
              <Fragment key={review.review_id}>{children(review)}</Fragment>
            ))}
            {found.hasNextPage && (
              <Button
                variant="default"
                loading={found.isFetchingNextPage}
                onClick={() => void found.fetchNextPage()}
              >
                {t("loadMore")}
              </Button>
            )}
          </Stack>
        );
      }}
    </Loaded>
  );
}
