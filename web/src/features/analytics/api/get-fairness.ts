import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

/** How often groups of people were refused, on so many days that are over. */
export function getFairness(attribute: string, days: number) {
  return queryOptions({
    queryKey: ["fairness", attribute, days],
    queryFn: () => unwrap(api.GET("/api/v1/fairness", { params: { query: { attribute, days } } })),
    placeholderData: keepPreviousData,
  });
}
