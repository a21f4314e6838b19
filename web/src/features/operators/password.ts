/** The server's rules for passwords that can be checked while one is written; see its docs. */
export interface PasswordRule {
  readonly name: "longEnough" | "shortEnough" | "varied" | "notTheName";
  readonly holds: boolean;
}

export const MIN_CHARACTERS = 15;
const MAX_BYTES = 1024;
const MIN_DIFFERENT_CHARACTERS = 5;

/** Check a password as the server does, but for its list of common ones. */
export function rulesFor(password: string, name: string): PasswordRule[] {
  const normal = password.normalize("NFC");
  const folded = normal.toLowerCase();
  const rest = folded.replace(/\s/g, "").replaceAll(name.trim().toLowerCase() || "\0", "");
  return [
    { name: "longEnough", holds: Array.from(normal).length >= MIN_CHARACTERS },
    { name: "varied", holds: new Set(folded).size >= MIN_DIFFERENT_CHARACTERS },
    { name: "notTheName", holds: rest !== "" },
    { name: "shortEnough", holds: new TextEncoder().encode(normal).length <= MAX_BYTES },
  ];
}

export function isAllowed(password: string, name: string): boolean {
  return rulesFor(password, name).every(({ holds }) => holds);
}
