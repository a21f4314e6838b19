import { api, unwrap } from "@/lib/api-client";

export function lockPerson(userId: string) {
  const path = { user_id: userId };
  return unwrap(api.PUT("/api/v1/users/{user_id}/lock", { params: { path } }));
}
