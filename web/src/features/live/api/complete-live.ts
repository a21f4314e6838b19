import { api, unwrap } from "@/lib/api-client";

import type { Authentication } from "./authenticate";

/** Ask what was decided about a live session; it is told once. */
export function completeLive(sessionId: string): Promise<Authentication> {
  return unwrap(api.POST("/api/v1/live/complete", { body: { session_id: sessionId } }));
}
