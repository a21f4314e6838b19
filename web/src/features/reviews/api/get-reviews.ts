import { infiniteQueryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

const PAGE_SIZE = 20;
const ASKED_EVERY_MS = 20_000;

/** Requests, newest first; those that expired count as decided. */
export function getReviews(state: "open" | "decided") {
  return infiniteQueryOptions({
    queryKey: ["reviews", state],
    queryFn: ({ pageParam: before }) =>
      unwrap(
        api.GET("/api/v1/reviews", {
          params: { query: { state, limit: PAGE_SIZE, ...(before !== null && { before }) } },
        }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: ASKED_EVERY_MS,
  });
}
