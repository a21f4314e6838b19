import { expect, test } from "vitest";

import {
  type HistoryEvent,
  disownableAttempt,
  disownedAttempts,
  listOf,
  parseActor,
} from "./history";

function event(change: Partial<HistoryEvent>): HistoryEvent {
  return {
    sequence: 1,
    at: "2026-11-21T08:00:00Z",
    kind: "authenticate",
    actor: "key:1f2e3d4c",
    accepted: true,
    reason: "MATCH",
    false_match_rate: 1e-6,
    details: { attempt: "a1" },
    ...change,
  };
}

test("an accepted comparison can be disowned", () => {
  expect(disownableAttempt(event({}))).toBe("a1");
});

test.each([
  ["a refusal", { accepted: false }],
  ["what was no comparison", { kind: "adapt" }],
  ["an entry of before attempts had names", { details: {} }],
])("%s cannot be disowned", (_, change) => {
  expect(disownableAttempt(event(change))).toBeNull();
});

test("finds what was disowned since", () => {
  const events = [
    event({
      kind: "disown",
      accepted: null,
      details: { attempt: "a2", adapted: 0, candidates: 1 },
    }),
    event({}),
    event({ details: { attempt: "a2" } }),
  ];
  expect(disownedAttempts(events)).toEqual(new Set(["a2"]));
});

test.each([
  ["operator:ada", { kind: "operator", name: "ada" }],
  ["operator:a:b", { kind: "operator", name: "a:b" }],
  ["key:1f2e3d4c", { kind: "key", name: "1f2e3d4c" }],
  ["cli", { kind: "cli", name: "" }],
  ["self", { kind: "self", name: "" }],
  ["sweeper", { kind: "other", name: "sweeper" }],
  ["operator:", { kind: "other", name: "operator:" }],
])("%s is read", (actor, read) => {
  expect(parseActor(actor)).toEqual(read);
});

test("reads a list, which may be empty or missing", () => {
  expect(listOf("blink,passive")).toEqual(["blink", "passive"]);
  expect(listOf("")).toEqual([]);
  expect(listOf(undefined)).toEqual([]);
});
