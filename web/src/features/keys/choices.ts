import type { KeyRequest } from "./api/create-key";

/** What a key may be allowed, the least first. */
export const SCOPES = [
  "verify",
  "identify",
  "enroll",
  "read",
  "scores",
  "review",
  "audit",
  "metrics",
  "admin",
] as const satisfies KeyRequest["scopes"];

export const POLICIES = ["none", "passive", "active", "both"] as const satisfies (
  KeyRequest["liveness"] | undefined
)[];

/** Days that a new key may be good for; "never" for one without an end. */
export const VALIDITIES = ["30", "90", "365", "730", "never"] as const;

/** Hours that an old key is accepted beside the new one. */
export const OVERLAPS = ["0", "1", "24", "168", "720"] as const;
