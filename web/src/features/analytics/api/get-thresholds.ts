import { queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

/** Which false match rates are tolerated of whom. */
export const getThresholds = queryOptions({
  queryKey: ["thresholds"],
  queryFn: () => unwrap(api.GET("/api/v1/thresholds")),
});
