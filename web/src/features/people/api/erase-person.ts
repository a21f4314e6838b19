import { api, unwrap } from "@/lib/api-client";

export function erasePerson(userId: string) {
  const path = { user_id: userId };
  return unwrap(api.DELETE("/api/v1/users/{user_id}", { params: { path } }));
}
