import { queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

/** How long requests took since the server started. */
export const getLatency = queryOptions({
  queryKey: ["analytics", "latency"],
  queryFn: () => unwrap(api.GET("/api/v1/analytics/latency")),
});
