import { expect, it } from "vitest";

import { stateOf } from "./key-state";

const NOW = new Date("2026-11-21T12:00:00Z");

it.each([
  [null, "valid"],
  ["2027-11-21T12:00:00Z", "valid"],
  ["2026-12-05T12:00:00Z", "valid"],
  ["2026-12-05T11:59:59Z", "ending"],
  ["2026-11-21T12:00:01Z", "ending"],
  ["2026-11-21T12:00:00Z", "ended"],
  ["2025-01-01T00:00:00Z", "ended"],
] as const)("a key that ends at %s is %s", (expires_at, state) => {
  expect(stateOf({ expires_at }, NOW)).toBe(state);
});
