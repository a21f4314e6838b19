import { api, unwrap } from "@/lib/api-client";

export function putGroup(userId: string, attribute: string, group: string) {
  return unwrap(
    api.PUT("/api/v1/users/{user_id}/groups/{attribute}", {
      params: { path: { user_id: userId, attribute } },
      body: { group },
    }),
  );
}
