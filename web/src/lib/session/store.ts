import { useSyncExternalStore } from "react";

import { type Session, isStale } from "./session";

const KEPT_AS = "mien-session";

let current: Session | null = readKept();
let endedBy: "user" | "server" | null = null;
const listeners = new Set<() => void>();

export function currentSession(): Session | null {
  return current;
}

/** Why nobody is signed in any more: they left, or the server did not know them. */
export function sessionEndedBy(): "user" | "server" | null {
  return endedBy;
}

export function beginSession(session: Session): void {
  endedBy = null;
  put(session);
}

export function endSession(by: "user" | "server"): void {
  if (current === null) return;
  endedBy = by;
  put(null);
}

export function useSession(): Session | null {
  return useSyncExternalStore(subscribe, currentSession);
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function put(session: Session | null): void {
  current = session;
  // An operator's is not kept: the cookie brings it back. What is kept lasts as long as the tab.
  if (session === null || session.kind === "operator") sessionStorage.removeItem(KEPT_AS);
  else sessionStorage.setItem(KEPT_AS, JSON.stringify(session));
  listeners.forEach((tell) => {
    tell();
  });
}

function readKept(): Session | null {
  const kept = sessionStorage.getItem(KEPT_AS);
  if (kept === null) return null;
  const session = JSON.parse(kept) as Session; // written above, by nobody else
  return isStale(session, Date.now()) ? null : session;
}
