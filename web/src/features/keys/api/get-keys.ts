import { queryOptions } from "@tanstack/react-query";

import type { components } from "@/api/schema";
import { api, unwrap } from "@/lib/api-client";

export type ApiKey = components["schemas"]["ApiKeyResult"];

/** All keys, the newest first, expired and revoked ones included. */
export const getKeys = queryOptions({
  queryKey: ["keys"],
  queryFn: () => unwrap(api.GET("/api/v1/api-keys")),
  // Whoever comes back from storing a rotated key finds it still shown, though the old one ended.
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
});
