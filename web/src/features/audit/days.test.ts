import { expect, it } from "vitest";

import { type AuditEntry, byDay } from "./days";

function entry(sequence: number, at: Date): AuditEntry {
  return {
    sequence,
    at: at.toISOString(),
    action: "log_in",
    actor: "operator:ada",
    subject: null,
    accepted: true,
    reason: null,
    false_match_rate: null,
    details: {},
    digest: "00",
  };
}

it("puts entries under the days of whoever looks, in their order", () => {
  const entries = [
    entry(4, new Date(2026, 10, 21, 0, 0, 1)),
    entry(3, new Date(2026, 10, 20, 23, 59, 59)),
    entry(2, new Date(2026, 10, 20, 0, 0, 0)),
    entry(1, new Date(2026, 9, 20, 12, 0, 0)),
  ];
  const days = byDay(entries);
  expect(days.map((day) => day.entries.map(({ sequence }) => sequence))).toEqual([
    [4],
    [3, 2],
    [1],
  ]);
});

it("makes no day of nothing", () => {
  expect(byDay([])).toEqual([]);
});
