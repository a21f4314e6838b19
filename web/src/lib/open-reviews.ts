import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, unwrap } from "./api-client";
import { may } from "./session/session";
import { useSession } from "./session/store";

const ASKED_EVERY_MS = 20_000;

/** The requests that wait; whoever decides on one invalidates `["reviews"]`. */
export const openReviews = queryOptions({
  queryKey: ["reviews", "count"],
  queryFn: () =>
    unwrap(api.GET("/api/v1/reviews", { params: { query: { state: "open", limit: 1 } } })),
  refetchInterval: ASKED_EVERY_MS,
});

/** How many wait, 0 for those who may not decide. */
export function useOpenReviews(): number {
  const { data } = useQuery({ ...openReviews, enabled: may(useSession(), "review") });
  return data?.open ?? 0;
}
