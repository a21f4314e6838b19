import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

import { type Span, beginningOf } from "../attempts/spans";

/** What was tried over a span that ends now. */
export function getAttempts(span: Span) {
  return queryOptions({
    queryKey: ["analytics", "attempts", span.name],
    queryFn: () => {
      const since = beginningOf(span, new Date()).toISOString();
      const query = { since, bucket: span.bucket };
      return unwrap(api.GET("/api/v1/analytics/attempts", { params: { query } }));
    },
    placeholderData: keepPreviousData,
  });
}
