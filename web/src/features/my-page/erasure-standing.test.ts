import { expect, test } from "vitest";

import type { HistoryEvent } from "@/components/person/history";

import { erasureStanding } from "./erasure-standing";

const NOW = new Date("2026-11-21T12:00:00Z");

function event(kind: string, about: string, at: string, accepted: boolean | null): HistoryEvent {
  const details = { kind: about };
  return {
    sequence: 1,
    at,
    kind,
    actor: "self",
    accepted,
    reason: null,
    false_match_rate: null,
    details,
  };
}

const ASKED = event("request", "erasure", "2026-11-21T08:00:00Z", null);
const DENIED = event("decide", "erasure", "2026-11-21T09:00:00Z", false);

test("nothing was asked", () => {
  expect(erasureStanding([], NOW)).toBeNull();
});

test("a request waits for a day", () => {
  expect(erasureStanding([ASKED], NOW)).toBe("open");
  expect(erasureStanding([ASKED], new Date("2026-11-22T08:00:00Z"))).toBeNull();
});

test("a denied request is told as denied, until the next one", () => {
  expect(erasureStanding([DENIED, ASKED], NOW)).toBe("denied");
  expect(erasureStanding([{ ...ASKED, at: "2026-11-21T10:00:00Z" }, DENIED, ASKED], NOW)).toBe(
    "open",
  );
});

test("a request to be let in is another matter", () => {
  const entry = event("request", "verification", "2026-11-21T11:00:00Z", null);
  expect(erasureStanding([entry], NOW)).toBeNull();
  expect(erasureStanding([entry, ASKED], NOW)).toBe("open");
});
