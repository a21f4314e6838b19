import { api, unwrap } from "@/lib/api-client";
import type { LiveTicket } from "@/lib/live/use-live-stream";

/** Begin a live session to sign in with; it begins for somebody unknown as well. */
export function selfLive(userId: string): Promise<LiveTicket> {
  return unwrap(api.POST("/api/v1/self/live", { body: { user_id: userId } }));
}
