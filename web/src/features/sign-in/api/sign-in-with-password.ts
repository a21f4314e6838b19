import { api, unwrap } from "@/lib/api-client";
import { operatorSession } from "@/lib/session/renew";
import type { OperatorSession } from "@/lib/session/session";

export async function signInWithPassword(name: string, password: string): Promise<OperatorSession> {
  const answer = await unwrap(api.POST("/api/v1/session", { body: { name, password } }));
  return operatorSession(answer, Date.now());
}
