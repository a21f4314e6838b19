import { queryOptions } from "@tanstack/react-query";

import type { components } from "@/api/schema";
import { api, unwrap } from "@/lib/api-client";

export type Operator = components["schemas"]["OperatorResult"];
export type Role = Operator["role"];

/** All operators by name, disabled ones included. */
export const getOperators = queryOptions({
  queryKey: ["operators"],
  queryFn: () => unwrap(api.GET("/api/v1/operators")),
});
