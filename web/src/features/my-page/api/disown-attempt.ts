import { api, unwrap } from "@/lib/api-client";

export function disownAttempt(attemptId: string) {
  const path = { attempt_id: attemptId };
  return unwrap(api.POST("/api/v1/self/attempts/{attempt_id}/disown", { params: { path } }));
}
