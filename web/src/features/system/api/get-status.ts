import { queryOptions } from "@tanstack/react-query";

import type { components } from "@/api/schema";
import { api, unwrap } from "@/lib/api-client";

export type Status = components["schemas"]["SystemStatus"];
export type Warning = components["schemas"]["ConfigurationWarning"];

/** How the server is: its load, what it can do, and what is weak about its configuration. */
export const getStatus = queryOptions({
  queryKey: ["system", "status"],
  queryFn: () => unwrap(api.GET("/api/v1/system/status")),
});
