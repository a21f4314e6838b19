import type { paths } from "@/api/schema";
import { api, unwrap } from "@/lib/api-client";

import type { Operator } from "./get-operators";

export type OperatorChange =
  paths["/api/v1/operators/{name}"]["patch"]["requestBody"]["content"]["application/json"];

/** Change what is named and leave the rest; it ends the operator's sessions. */
export async function changeOperator(name: string, body: OperatorChange): Promise<Operator> {
  return unwrap(api.PATCH("/api/v1/operators/{name}", { params: { path: { name } }, body }));
}
