import { queryOptions } from "@tanstack/react-query";

import type { components } from "@/api/schema";
import { api, unwrap } from "@/lib/api-client";

export type Models = components["schemas"]["ModelListResult"];
export type Model = components["schemas"]["ModelResult"];

/** Every known model, and the pack that runs. */
export const getModels = queryOptions({
  queryKey: ["models"],
  queryFn: () => unwrap(api.GET("/api/v1/models")),
});
