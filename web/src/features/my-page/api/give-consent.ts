import type { components } from "@/api/schema";
import { api, unwrap } from "@/lib/api-client";

type Purpose = components["schemas"]["Purpose"];

export function giveConsent(purpose: Purpose) {
  return unwrap(api.PUT("/api/v1/self/consents/{purpose}", { params: { path: { purpose } } }));
}
