import type { OperatorSession, Scope } from "./session";
import { isStale } from "./session";
import { beginSession, currentSession, endSession } from "./store";

/** What the server says of an operator's session. */
export interface SessionAnswer {
  readonly access_token: string;
  readonly expires_in: number;
  readonly name: string;
  readonly role: string;
  readonly scopes: readonly string[];
}

export function operatorSession(answer: SessionAnswer, now: number): OperatorSession {
  return {
    kind: "operator",
    name: answer.name,
    role: answer.role,
    scopes: answer.scopes as readonly Scope[],
    token: answer.access_token,
    expiresAt: now + answer.expires_in * 1000,
  };
}

/**
 * Bring back, or prolong, an operator's session from its cookie; false when there is none.
 *
 * The cookie is good for one use: tabs of one browser take turns, or the server would take the
 * second one for a thief and end the session of both.
 */
export async function renewOperatorSession(): Promise<boolean> {
  return navigator.locks.request("mien-session", async () => {
    const session = currentSession();
    if (session !== null && !isStale(session, Date.now())) return true;
    const response = await fetch("/api/v1/session/refresh", { method: "POST" });
    if (!response.ok) return false;
    beginSession(operatorSession((await response.json()) as SessionAnswer, Date.now()));
    return true;
  });
}

/** Return the credential to send with a request, renewed if it must be; null for nobody. */
export async function freshToken(): Promise<string | null> {
  const session = currentSession();
  if (session === null) return null;
  if (!isStale(session, Date.now())) return session.token;
  if (session.kind === "operator" && (await renewOperatorSession())) {
    return currentSession()?.token ?? null;
  }
  endSession("server");
  return null;
}
