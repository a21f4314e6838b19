import { queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

/** How one's own expressions went, week by week; refused without consent. */
export const getWellbeing = queryOptions({
  queryKey: ["me", "wellbeing"],
  queryFn: () =>
    unwrap(api.GET("/api/v1/self/wellbeing", { params: { query: { period: "week" } } })),
});
