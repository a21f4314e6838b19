import { api, unwrap } from "@/lib/api-client";
import type { LiveTicket } from "@/lib/live/use-live-stream";

/** Begin a live session for a person; a key's own policy may ask for more than movements. */
export function beginLive(userId: string): Promise<LiveTicket> {
  const body = { user_id: userId, liveness: "active" } as const;
  return unwrap(api.POST("/api/v1/live", { body }));
}
