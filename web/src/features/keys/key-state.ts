import type { ApiKey } from "./api/get-keys";

const SOON_MS = 14 * 86_400_000;

export type KeyState = "valid" | "ending" | "ended";

/** Tell whether a key is accepted, and whether it is time to make the next one. */
export function stateOf(key: Pick<ApiKey, "expires_at">, now: Date): KeyState {
  if (key.expires_at === null) return "valid";
  const left = new Date(key.expires_at).getTime() - now.getTime();
  if (left <= 0) return "ended";
  return left < SOON_MS ? "ending" : "valid";
}
