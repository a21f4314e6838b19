import type { components } from "@/api/schema";

export type Department = components["schemas"]["DepartmentAttendance"];
type Day = Department["days"][number];

/** What a department's days say together: only of those that are told of. */
export interface Usual {
  /** The median of people recognized on a day; null where no day is told of. */
  readonly people: number | null;
  /** Of all attempts of those days. */
  readonly accepted: number | null;
}

export function usualOf(days: readonly Day[]): Usual {
  const people = days.map((day) => day.people).filter((count) => count !== null);
  const attempts = sum(days.map((day) => day.authentications));
  const accepted = sum(days.map((day) => day.accepted));
  return {
    people: people.length === 0 ? null : medianOf(people),
    accepted: attempts === 0 ? null : accepted / attempts,
  };
}

/** Tell whether a day is a Saturday or a Sunday, by its date in UTC. */
export function isWeekend(date: string): boolean {
  return [0, 6].includes(new Date(date).getUTCDay());
}

function medianOf(counts: readonly number[]): number {
  const sorted = [...counts].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

function sum(counts: readonly (number | null)[]): number {
  return counts.reduce<number>((total, count) => total + (count ?? 0), 0);
}
