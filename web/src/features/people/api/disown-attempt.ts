import { api, unwrap } from "@/lib/api-client";

export function disownAttempt(userId: string, attemptId: string) {
  const path = { user_id: userId, attempt_id: attemptId };
  return unwrap(
    api.POST("/api/v1/users/{user_id}/attempts/{attempt_id}/disown", { params: { path } }),
  );
}
