import { api, unwrap } from "@/lib/api-client";

export function unlockPerson(userId: string) {
  const path = { user_id: userId };
  return unwrap(api.DELETE("/api/v1/users/{user_id}/lock", { params: { path } }));
}
