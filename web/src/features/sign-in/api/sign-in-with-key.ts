import { api, unwrap } from "@/lib/api-client";
import type { KeySession, Scope } from "@/lib/session/session";

/** Ask the server whose key it is and what it may do. */
export async function signInWithKey(key: string): Promise<KeySession> {
  const headers = { Authorization: `Bearer ${key}` };
  const caller = await unwrap(api.GET("/api/v1/auth/me", { headers }));
  return { kind: "key", name: caller.actor, scopes: caller.scopes as Scope[], token: key };
}
