import { api, unwrap } from "@/lib/api-client";

import { type SelfSignIn, begun } from "./self-sign-in";

/** Sign in by a password that the person set before. */
export async function selfPassword(userId: string, password: string): Promise<SelfSignIn> {
  const body = { user_id: userId, password };
  return begun(await unwrap(api.POST("/api/v1/self/password", { body })));
}
