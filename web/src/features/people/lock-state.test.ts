import { expect, test } from "vitest";

import { lockStateOf } from "./lock-state";

const NOW = new Date("2026-11-21T08:00:00Z");

test.each([
  [null, "open"],
  ["2026-11-21T07:59:59Z", "open"],
  ["2026-11-21T08:00:00Z", "open"],
  ["2026-11-21T08:00:01Z", "until"],
  ["9999-12-31T23:59:59.999999Z", "forever"],
])("locked until %s is %s", (until, state) => {
  expect(lockStateOf(until, NOW)).toBe(state);
});
