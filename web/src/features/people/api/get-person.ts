import { queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

export function getPerson(userId: string) {
  return queryOptions({
    queryKey: ["person", userId, "subject"],
    queryFn: () =>
      unwrap(api.GET("/api/v1/users/{user_id}", { params: { path: { user_id: userId } } })),
  });
}
