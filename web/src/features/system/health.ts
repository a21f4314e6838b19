import type { Status, Warning } from "./api/get-status";

/** From this share of failed requests on, something is wrong with the server itself. */
const TOO_MANY_ERRORS = 0.01;

export interface Health {
  readonly state: "well" | "weak" | "failing";
  readonly objections: readonly Warning[];
  readonly notes: readonly Warning[];
  /** Share of requests that the server failed; 0 before the first. */
  readonly errorShare: number;
}

/** Judge at a glance: failing requests come before a weak configuration, notes are no reason. */
export function healthOf(status: Pick<Status, "warnings" | "requests" | "server_errors">): Health {
  const objections = status.warnings.filter((warning) => !warning.is_note);
  const notes = status.warnings.filter((warning) => warning.is_note);
  const errorShare = status.requests === 0 ? 0 : status.server_errors / status.requests;
  const isFailing = errorShare >= TOO_MANY_ERRORS;
  const state = isFailing ? "failing" : objections.length > 0 ? "weak" : "well";
  return { state, objections, notes, errorShare };
}
