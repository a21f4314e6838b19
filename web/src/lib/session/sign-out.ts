import { currentSession, endSession } from "./store";

/** End the session here, and an operator's on the server too. */
export async function signOut(): Promise<void> {
  const session = currentSession();
  endSession("user");
  if (session?.kind === "operator") {
    // Without the server the cookie stays until the browser is closed; the page is empty anyway.
    await fetch("/api/v1/session", { method: "DELETE" }).catch(() => undefined);
  }
}
