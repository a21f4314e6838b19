import { queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

export function getGroups(userId: string) {
  return queryOptions({
    queryKey: ["person", userId, "groups"],
    queryFn: () =>
      unwrap(api.GET("/api/v1/users/{user_id}/groups", { params: { path: { user_id: userId } } })),
  });
}
