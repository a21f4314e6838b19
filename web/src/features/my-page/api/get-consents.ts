import { queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

export const getConsents = queryOptions({
  queryKey: ["me", "consents"],
  queryFn: () => unwrap(api.GET("/api/v1/self/consents")),
});
