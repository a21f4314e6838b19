import type { components } from "@/api/schema";
import { api, unwrap } from "@/lib/api-client";

type Purpose = components["schemas"]["Purpose"];

/** What was kept by this consent is erased. */
export function withdrawConsent(userId: string, purpose: Purpose) {
  const path = { user_id: userId, purpose };
  return unwrap(api.DELETE("/api/v1/users/{user_id}/consents/{purpose}", { params: { path } }));
}
