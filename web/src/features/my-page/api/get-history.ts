import { infiniteQueryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

const PAGE_SIZE = 6;

export const getHistory = infiniteQueryOptions({
  queryKey: ["me", "history"],
  queryFn: ({ pageParam: before }) =>
    unwrap(
      api.GET("/api/v1/self/history", {
        params: { query: { limit: PAGE_SIZE, ...(before !== null && { before }) } },
      }),
    ),
  initialPageParam: null as number | null,
  getNextPageParam: (page) => page.next,
});
