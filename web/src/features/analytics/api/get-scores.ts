import { queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

export type ScoreFigures = Awaited<ReturnType<typeof fetchScores>>;
export type ScoreSource = ScoreFigures["sources"][number];

/** How similarities are spread; the server counts them once a minute at most. */
export const getScores = queryOptions({
  queryKey: ["analytics", "scores"],
  queryFn: fetchScores,
  staleTime: 60_000,
});

function fetchScores() {
  return unwrap(api.GET("/api/v1/analytics/scores"));
}
