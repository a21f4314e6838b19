import type { components, paths } from "@/api/schema";
import { api, unwrap } from "@/lib/api-client";

export type KeyRequest =
  paths["/api/v1/api-keys"]["post"]["requestBody"]["content"]["application/json"];
export type NewKey = components["schemas"]["NewApiKeyResult"];

export async function createKey(wanted: KeyRequest): Promise<NewKey> {
  return unwrap(api.POST("/api/v1/api-keys", { body: wanted }));
}
