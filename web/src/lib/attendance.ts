import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "./api-client";

const DAY_MS = 86_400_000;

/** How many people of each department were recognized, on so many days that are over. */
export function getAttendance(days: number) {
  return queryOptions({
    queryKey: ["attendance", days],
    queryFn: () => {
      const since = new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
      return unwrap(api.GET("/api/v1/attendance", { params: { query: { since } } }));
    },
    placeholderData: keepPreviousData,
  });
}
