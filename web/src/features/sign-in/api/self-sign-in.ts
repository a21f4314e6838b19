import type { components } from "@/api/schema";
import { beginSession } from "@/lib/session/store";

export type SelfSignIn = components["schemas"]["SelfSignIn"];

/** Begin the session of a person who was let in; return the answer for those who were not. */
export function begun(answer: SelfSignIn): SelfSignIn {
  const { access_token: token, expires_in: seconds } = answer;
  if (token !== null && seconds !== null) {
    beginSession({ kind: "subject", token, expiresAt: Date.now() + seconds * 1000 });
  }
  return answer;
}
