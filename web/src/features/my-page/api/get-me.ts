import { queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

export const getMe = queryOptions({
  queryKey: ["me", "profile"],
  queryFn: () => unwrap(api.GET("/api/v1/self")),
});
