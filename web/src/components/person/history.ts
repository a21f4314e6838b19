import type { components } from "@/api/schema";

export type HistoryEvent = components["schemas"]["EventResult"];

/** Return the attempt that a person could disown: one that took a face for theirs. */
export function disownableAttempt(event: HistoryEvent): string | null {
  if (event.kind !== "authenticate" || event.accepted !== true) return null;
  return textOf(event.details.attempt);
}

/** Return the attempts that were disowned, as far as the history is known. */
export function disownedAttempts(events: readonly HistoryEvent[]): ReadonlySet<string> {
  const disowned = events.filter((event) => event.kind === "disown");
  return new Set(disowned.map((event) => String(event.details.attempt)));
}

export interface Actor {
  readonly kind: "operator" | "key" | "cli" | "self" | "other";
  readonly name: string;
}

/** Read the audit log's name of who did something, as `operator:ada`. */
export function parseActor(actor: string): Actor {
  if (actor === "cli" || actor === "self") return { kind: actor, name: "" };
  const [kind, ...rest] = actor.split(":");
  const name = rest.join(":");
  if ((kind === "operator" || kind === "key") && name !== "") return { kind, name };
  return { kind: "other", name: actor };
}

/** Read a list that the log keeps as "a,b"; empty for none. */
export function listOf(detail: string | number | undefined): readonly string[] {
  return (textOf(detail) ?? "").split(",").filter((word) => word !== "");
}

function textOf(detail: string | number | undefined): string | null {
  return typeof detail === "string" && detail !== "" ? detail : null;
}
