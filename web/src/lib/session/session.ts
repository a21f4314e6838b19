/** Who is signed in on this page, and what they may do. */
export type Session = OperatorSession | KeySession | SubjectSession;

/** Words of the wire, see `mien.core.caller.Scope`. */
export type Scope =
  "enroll" | "verify" | "identify" | "read" | "scores" | "audit" | "metrics" | "admin" | "review";

/** An operator; the refresh token is in a cookie that no script can read. */
export interface OperatorSession {
  readonly kind: "operator";
  readonly name: string;
  readonly role: string;
  readonly scopes: readonly Scope[];
  readonly token: string;
  /** When the token ends, in milliseconds since 1970; it is renewed before. */
  readonly expiresAt: number;
}

/** A program's key, used by a person; kept as long as the tab is. */
export interface KeySession {
  readonly kind: "key";
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly token: string;
}

/** A person who signed in by face, password or review, and sees only what is their own. */
export interface SubjectSession {
  readonly kind: "subject";
  readonly token: string;
  readonly expiresAt: number;
}

export function may(session: Session | null, scope: Scope): boolean {
  return session !== null && session.kind !== "subject" && session.scopes.includes(scope);
}

/** Tell whether a session is over, or so nearly that a request might come too late. */
export function isStale(session: Session, now: number): boolean {
  return session.kind !== "key" && session.expiresAt - now < STALE_BEFORE_MS;
}

const STALE_BEFORE_MS = 30_000;
