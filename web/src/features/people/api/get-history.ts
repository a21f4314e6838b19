import { infiniteQueryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

const PAGE_SIZE = 10;

export function getHistory(userId: string) {
  return infiniteQueryOptions({
    queryKey: ["person", userId, "history"],
    queryFn: ({ pageParam: before }) =>
      unwrap(
        api.GET("/api/v1/users/{user_id}/history", {
          params: {
            path: { user_id: userId },
            query: { limit: PAGE_SIZE, ...(before !== null && { before }) },
          },
        }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next,
  });
}
