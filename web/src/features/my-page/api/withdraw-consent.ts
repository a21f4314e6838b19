import type { components } from "@/api/schema";
import { api, unwrap } from "@/lib/api-client";

type Purpose = components["schemas"]["Purpose"];

/** What was kept by this consent is erased. */
export function withdrawConsent(purpose: Purpose) {
  return unwrap(api.DELETE("/api/v1/self/consents/{purpose}", { params: { path: { purpose } } }));
}
