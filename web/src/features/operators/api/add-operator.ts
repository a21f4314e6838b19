import type { paths } from "@/api/schema";
import { api, unwrap } from "@/lib/api-client";

import type { Operator } from "./get-operators";

export type NewOperator =
  paths["/api/v1/operators"]["post"]["requestBody"]["content"]["application/json"];

export async function addOperator(body: NewOperator): Promise<Operator> {
  return unwrap(api.POST("/api/v1/operators", { body }));
}
