import { describe, expect, it } from "vitest";

import { type Session, isStale, may } from "./session";

const OPERATOR: Session = {
  kind: "operator",
  name: "ada",
  role: "auditor",
  scopes: ["read", "audit"],
  token: "t",
  expiresAt: 100_000,
};
const KEY: Session = { kind: "key", name: "key:1f2e", scopes: ["verify"], token: "k" };
const SUBJECT: Session = { kind: "subject", token: "s", expiresAt: 100_000 };

describe("what a session may", () => {
  it("is what its scopes say", () => {
    expect(may(OPERATOR, "audit")).toBe(true);
    expect(may(OPERATOR, "admin")).toBe(false);
    expect(may(KEY, "verify")).toBe(true);
    expect(may(KEY, "read")).toBe(false);
  });

  it("is nothing for nobody, and for a person who sees only their own page", () => {
    expect(may(null, "read")).toBe(false);
    expect(may(SUBJECT, "read")).toBe(false);
  });
});

describe("staleness", () => {
  it("begins half a minute before the token ends, so that no request comes too late", () => {
    expect(isStale(OPERATOR, 70_000)).toBe(false);
    expect(isStale(OPERATOR, 70_001)).toBe(true);
    expect(isStale(SUBJECT, 70_001)).toBe(true);
  });

  it("never comes for a key, whose end only the server knows", () => {
    expect(isStale(KEY, Number.MAX_SAFE_INTEGER)).toBe(false);
  });
});
