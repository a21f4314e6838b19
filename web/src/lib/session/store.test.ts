import { act, renderHook } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { KeySession, OperatorSession, SubjectSession } from "./session";

const KEY: KeySession = { kind: "key", name: "key:1f2e", scopes: ["verify"], token: "k" };
const KEPT_AS = "mien-session";

/** A page that was just opened: modules keep their state, so each needs a module of its own. */
async function openPage() {
  vi.resetModules();
  return import("./store");
}

beforeEach(() => {
  sessionStorage.clear();
});

describe("the session of a page", () => {
  it("begins, is told to whoever listens, and ends", async () => {
    const store = await openPage();
    const listener = vi.fn();
    const stop = store.subscribe(listener);

    store.beginSession(KEY);
    expect(store.currentSession()).toEqual(KEY);
    store.endSession("user");
    expect(store.currentSession()).toBeNull();
    expect(listener).toHaveBeenCalledTimes(2);

    stop();
    store.beginSession(KEY);
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it("shows itself anew in components", async () => {
    const store = await openPage();
    const { result } = renderHook(() => store.useSession());
    expect(result.current).toBeNull();

    act(() => store.beginSession(KEY));
    expect(result.current).toEqual(KEY);
  });

  it("says who ended it, until another begins", async () => {
    const store = await openPage();
    store.beginSession(KEY);
    store.endSession("server");
    expect(store.sessionEndedBy()).toBe("server");

    store.endSession("user"); // nobody was signed in any more
    expect(store.sessionEndedBy()).toBe("server");

    store.beginSession(KEY);
    expect(store.sessionEndedBy()).toBeNull();
  });
});

describe("what a tab keeps", () => {
  it("brings a key back after a reload, and forgets it on the way out", async () => {
    const before = await openPage();
    before.beginSession(KEY);
    const after = await openPage();
    expect(after.currentSession()).toEqual(KEY);

    after.endSession("user");
    expect(sessionStorage.getItem(KEPT_AS)).toBeNull();
  });

  it("is never an operator's token, which the cookie brings back", async () => {
    const operator: OperatorSession = {
      kind: "operator",
      name: "ada",
      role: "admin",
      scopes: ["admin"],
      token: "t",
      expiresAt: Date.now() + 600_000,
    };
    const store = await openPage();
    store.beginSession(KEY);
    store.beginSession(operator);

    expect(sessionStorage.getItem(KEPT_AS)).toBeNull();
    expect(localStorage.length).toBe(0);
  });

  it("is not brought back once it is over", async () => {
    const over: SubjectSession = { kind: "subject", token: "s", expiresAt: Date.now() - 1 };
    const before = await openPage();
    before.beginSession(over);

    const after = await openPage();
    expect(after.currentSession()).toBeNull();
  });
});
