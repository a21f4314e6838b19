import { api, unwrap } from "@/lib/api-client";

import { type SelfSignIn, begun } from "./self-sign-in";

/** Sign in by a live session that was decided; it is told once. */
export async function selfLiveComplete(sessionId: string): Promise<SelfSignIn> {
  const body = { session_id: sessionId };
  return begun(await unwrap(api.POST("/api/v1/self/live/complete", { body })));
}
