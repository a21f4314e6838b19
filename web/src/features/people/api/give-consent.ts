import type { components } from "@/api/schema";
import { api, unwrap } from "@/lib/api-client";

type Purpose = components["schemas"]["Purpose"];

export function giveConsent(userId: string, purpose: Purpose) {
  const path = { user_id: userId, purpose };
  return unwrap(api.PUT("/api/v1/users/{user_id}/consents/{purpose}", { params: { path } }));
}
