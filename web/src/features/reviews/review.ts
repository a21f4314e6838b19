import type { components } from "@/api/schema";

export type Review = components["schemas"]["ReviewResult"];

/** What an operator can say to a request. */
export type Verdict = "approve" | "deny";

/** What a person is called, or their id where no name is noted. */
export function whoOf({ name, user_id: userId }: Review): string {
  return name ?? userId;
}
