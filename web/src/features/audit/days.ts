import type { components } from "@/api/schema";

export type AuditEntry = components["schemas"]["AuditEntryResult"];

export interface Day {
  /** The first entry's time, which stands for the day. */
  readonly at: Date;
  readonly entries: readonly AuditEntry[];
}

/** Put entries, whose order is kept, under the days on which they happened where one looks. */
export function byDay(entries: readonly AuditEntry[]): Day[] {
  const days: { at: Date; entries: AuditEntry[] }[] = [];
  for (const entry of entries) {
    const at = new Date(entry.at);
    const last = days.at(-1);
    if (last?.at.toDateString() === at.toDateString()) last.entries.push(entry);
    else days.push({ at, entries: [entry] });
  }
  return days;
}
