import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { api, unwrap } from "./api-client";
import { beginSession, currentSession, endSession, sessionEndedBy } from "./session/store";

const ASKED = "/api/v1/auth/me";
const CALLER = { actor: "key:1f2e", scopes: ["read"], audience: null };

let sent: Request[];
let answer: () => Promise<Response>;

// The client takes hold of `fetch` when it is made, which is when it is imported.
const network = vi.hoisted(() => {
  const network = { fetch: globalThis.fetch };
  vi.stubGlobal("fetch", (request: Request) => network.fetch(request));
  return network;
});

beforeEach(() => {
  sent = [];
  answer = () => Promise.resolve(Response.json(CALLER));
  network.fetch = (request) => {
    sent.push(request as Request);
    return answer();
  };
  beginSession({ kind: "key", name: "key:1f2e", scopes: ["read"], token: "mine" });
});

afterEach(() => {
  endSession("user");
});

function refuse(status: number, problem: object) {
  answer = () => Promise.resolve(Response.json(problem, { status }));
}

describe("a request", () => {
  it("carries the credential of who is signed in, and returns what is answered", async () => {
    expect(await unwrap(api.GET(ASKED))).toEqual(CALLER);
    expect(sent[0]?.headers.get("Authorization")).toBe("Bearer mine");
  });

  it("carries none when nobody is signed in", async () => {
    endSession("user");
    await unwrap(api.GET(ASKED));
    expect(sent[0]?.headers.has("Authorization")).toBe(false);
  });

  it("throws the problem that the server answers", async () => {
    refuse(403, { code: "FORBIDDEN", detail: "this needs the scope read" });
    await expect(unwrap(api.GET(ASKED))).rejects.toMatchObject({
      name: "ApiProblem",
      code: "FORBIDDEN",
      detail: "this needs the scope read",
    });
    expect(currentSession()).not.toBeNull();
  });

  it("throws UNREACHABLE when no answer comes", async () => {
    answer = () => Promise.reject(new TypeError("Failed to fetch"));
    await expect(unwrap(api.GET(ASKED))).rejects.toMatchObject({ code: "UNREACHABLE", status: 0 });
  });

  it("returns nothing for an answer without a body", async () => {
    answer = () => Promise.resolve(new Response(null, { status: 204 }));
    const request = api.DELETE("/api/v1/api-keys/{key_id}", { params: { path: { key_id: "1f" } } });
    await expect(unwrap(request)).resolves.toBeUndefined();
  });
});

describe("a credential that the server does not accept", () => {
  it("ends the session", async () => {
    refuse(401, { code: "UNAUTHORIZED" });
    await expect(unwrap(api.GET(ASKED))).rejects.toThrow();
    expect(currentSession()).toBeNull();
    expect(sessionEndedBy()).toBe("server");
  });

  it("leaves a session alone that began after the request was sent", async () => {
    answer = () => {
      beginSession({ kind: "key", name: "key:9a8b", scopes: ["read"], token: "newer" });
      return Promise.resolve(Response.json({ code: "UNAUTHORIZED" }, { status: 401 }));
    };
    await expect(unwrap(api.GET(ASKED))).rejects.toThrow();
    expect(currentSession()).toMatchObject({ token: "newer" });
  });
});
