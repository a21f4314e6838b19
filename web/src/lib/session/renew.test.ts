import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { type SessionAnswer, freshToken, operatorSession, renewOperatorSession } from "./renew";
import type { OperatorSession } from "./session";
import { beginSession, currentSession, endSession, sessionEndedBy } from "./store";

const ANSWER: SessionAnswer = {
  access_token: "new",
  expires_in: 600,
  name: "ada",
  role: "admin",
  scopes: ["admin", "read"],
};

let requests: string[];
let refresh: () => Response;

beforeEach(() => {
  requests = [];
  refresh = () => Response.json(ANSWER);
  vi.stubGlobal("fetch", (url: string, { method }: RequestInit) => {
    requests.push(`${method ?? "GET"} ${url}`);
    return Promise.resolve(refresh());
  });
  vi.stubGlobal("navigator", { locks: { request: oneAfterAnother() } });
});

afterEach(() => {
  endSession("user");
  vi.unstubAllGlobals();
});

/** As the Web Locks of a browser: who asks for the same name waits until those before are done. */
function oneAfterAnother() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(_name: string, work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

function operator(expiresInS: number): OperatorSession {
  return operatorSession({ ...ANSWER, access_token: "old", expires_in: expiresInS }, Date.now());
}

describe("an operator's session", () => {
  it("is made of what the server answers", () => {
    expect(operatorSession(ANSWER, 1_000)).toEqual({
      kind: "operator",
      name: "ada",
      role: "admin",
      scopes: ["admin", "read"],
      token: "new",
      expiresAt: 601_000,
    });
  });

  it("is brought back from its cookie", async () => {
    expect(await renewOperatorSession()).toBe(true);
    expect(requests).toEqual(["POST /api/v1/session/refresh"]);
    expect(currentSession()).toMatchObject({ kind: "operator", token: "new" });
  });

  it("is not begun when there is no cookie", async () => {
    refresh = () => new Response(null, { status: 401 });
    expect(await renewOperatorSession()).toBe(false);
    expect(currentSession()).toBeNull();
  });

  it("spends its cookie once, however many ask at the same moment", async () => {
    beginSession(operator(10));
    const tokens = await Promise.all([freshToken(), freshToken(), freshToken()]);
    expect(tokens).toEqual(["new", "new", "new"]);
    expect(requests).toHaveLength(1);
  });
});

describe("the credential of a request", () => {
  it("is none for nobody, and asks for none", async () => {
    expect(await freshToken()).toBeNull();
    expect(requests).toEqual([]);
  });

  it("is the token as long as it is good", async () => {
    beginSession(operator(600));
    expect(await freshToken()).toBe("old");
    expect(requests).toEqual([]);
  });

  it("is a key as it is, without an end that the page knows", async () => {
    beginSession({ kind: "key", name: "key:1f2e", scopes: [], token: "k" });
    expect(await freshToken()).toBe("k");
  });

  it("ends the session when the cookie is not accepted any more", async () => {
    refresh = () => new Response(null, { status: 401 });
    beginSession(operator(10));
    expect(await freshToken()).toBeNull();
    expect(currentSession()).toBeNull();
    expect(sessionEndedBy()).toBe("server");
  });

  it("ends a person's own session, which nothing renews", async () => {
    beginSession({ kind: "subject", token: "s", expiresAt: Date.now() + 1_000 });
    expect(await freshToken()).toBeNull();
    expect(requests).toEqual([]);
    expect(sessionEndedBy()).toBe("server");
  });
});
