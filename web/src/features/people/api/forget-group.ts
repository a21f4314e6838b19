import { api, unwrap } from "@/lib/api-client";

export function forgetGroup(userId: string, attribute: string) {
  const path = { user_id: userId, attribute };
  return unwrap(api.DELETE("/api/v1/users/{user_id}/groups/{attribute}", { params: { path } }));
}
