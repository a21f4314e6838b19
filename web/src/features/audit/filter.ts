import type { components } from "@/api/schema";

export type Action = components["schemas"]["AuditAction"];

/** What the server understands by a filter; whatever is left out lets everything pass. */
export interface AuditQuery {
  action?: Action;
  actor?: string;
  user_id?: string;
  accepted?: boolean;
  since?: string;
  until?: string;
}

/** As they stand in the address of the page; dates are days of whoever looks at it. */
export const FIELDS = ["action", "actor", "person", "outcome", "since", "until"] as const;
export type Field = (typeof FIELDS)[number];

/** In the order in which they are offered. */
export const ACTIONS = [
  "authenticate",
  "identify",
  "enroll",
  "erase",
  "expire",
  "export",
  "lock",
  "unlock",
  "adapt",
  "disown",
  "consent",
  "withdraw",
  "profile",
  "group",
  "request",
  "decide",
  "set_password",
  "state_purpose",
  "erase_expressions",
  "change_threshold",
  "log_in",
  "change_callers",
  "change_keys",
  "back_up",
  "restore",
] as const satisfies readonly Action[];

/** Read the filter out of the page's address; what nobody can mean is passed over. */
export function queryOf(params: URLSearchParams): AuditQuery {
  const query: AuditQuery = {};
  const action = ACTIONS.find((known) => known === params.get("action"));
  const actor = params.get("actor")?.trim();
  const person = params.get("person")?.trim();
  const outcome = params.get("outcome");
  const since = startOfDay(params.get("since"), 0);
  const until = startOfDay(params.get("until"), 1); // the day itself is meant too
  if (action) query.action = action;
  if (actor) query.actor = actor;
  if (person) query.user_id = person;
  if (outcome === "accepted" || outcome === "refused") query.accepted = outcome === "accepted";
  if (since) query.since = since;
  if (until) query.until = until;
  return query;
}

/** Return the address with one field changed; an empty value takes it out. */
export function withField(params: URLSearchParams, field: Field, value: string): URLSearchParams {
  const changed = new URLSearchParams(params);
  if (value === "") changed.delete(field);
  else changed.set(field, value);
  return changed;
}

export function countFields(params: URLSearchParams): number {
  return FIELDS.filter((field) => params.get(field)).length;
}

function startOfDay(day: string | null, daysLater: number): string | null {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day ?? "") ?? [];
  if (!year || !month || !date) return null;
  const start = new Date(Number(year), Number(month) - 1, Number(date) + daysLater);
  return Number.isNaN(start.getTime()) ? null : start.toISOString();
}
