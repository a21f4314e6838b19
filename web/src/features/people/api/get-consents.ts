import { queryOptions } from "@tanstack/react-query";

import { api, unwrap } from "@/lib/api-client";

export function getConsents(userId: string) {
  return queryOptions({
    queryKey: ["person", userId, "consents"],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/users/{user_id}/consents", { params: { path: { user_id: userId } } }),
      ),
  });
}
