/** Read what an assertion says. Nothing is checked here: who relies on it checks its signature. */
export function claimsOf(assertion: string): Record<string, unknown> {
  const body = assertion.split(".")[1] ?? "";
  const bytes = atob(body.replaceAll("-", "+").replaceAll("_", "/"));
  const text = new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  const said: unknown = JSON.parse(text);
  return typeof said === "object" && said !== null ? { ...said } : {};
}
