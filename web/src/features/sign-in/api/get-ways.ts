import { queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

/** How people whose faces are enrolled may sign in here, if at all. */
export const getWays = queryOptions({
  queryKey: ["self", "ways"],
  queryFn: () => unwrap(api.GET("/api/v1/self/ways")),
  staleTime: Infinity,
});
