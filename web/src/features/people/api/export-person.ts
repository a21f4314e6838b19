import { api, unwrap } from "@/lib/api-client";

export function exportPerson(userId: string) {
  const path = { user_id: userId };
  return unwrap(api.GET("/api/v1/users/{user_id}/export", { params: { path } }));
}
