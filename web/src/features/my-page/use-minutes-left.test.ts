import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { SubjectSession } from "@/lib/session/session";
import { beginSession, currentSession, sessionEndedBy } from "@/lib/session/store";

import { minutesLeft, useMinutesLeft } from "./use-minutes-left";

const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function begin(minutes: number): SubjectSession {
  const session = {
    kind: "subject",
    token: "t",
    expiresAt: Date.now() + minutes * MINUTE,
  } as const;
  beginSession(session);
  return session;
}

function pass(milliseconds: number) {
  act(() => {
    vi.advanceTimersByTime(milliseconds);
  });
}

test("counts whole minutes, and never below none", () => {
  const session = begin(2);
  expect(minutesLeft(session, session.expiresAt - 2 * MINUTE)).toBe(2);
  expect(minutesLeft(session, session.expiresAt - 2 * MINUTE + 1)).toBe(1);
  expect(minutesLeft(session, session.expiresAt + MINUTE)).toBe(0);
});

test("the page counts down while somebody looks at it", () => {
  const session = begin(15);
  const { result } = renderHook(() => useMinutesLeft(session));
  expect(result.current).toBe(15);
  pass(90_000);
  expect(result.current).toBe(13);
});

test("a session that is over is ended, as by the server", () => {
  const session = begin(1);
  renderHook(() => useMinutesLeft(session));
  pass(20_000);
  expect(currentSession()).toBe(session);
  pass(20_000);
  expect(currentSession()).toBeNull();
  expect(sessionEndedBy()).toBe("server");
});
