import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { keepTicket, keptTicket } from "./self-ticket";

/** The API's client keeps the `fetch` that it found. */
async function redeem(answer: object) {
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(answer)));
  vi.resetModules();
  const { selfRedeem } = await import("./self-redeem");
  return new QueryClient().query(selfRedeem("ticket"));
}

describe("a request to be let in", () => {
  beforeEach(() => {
    keepTicket("ticket");
  });
  afterEach(() => {
    sessionStorage.clear();
    vi.unstubAllGlobals();
  });

  it("that was approved signs in, and its ticket is gone", async () => {
    const sign_in = {
      signed_in: true,
      reason: "APPROVED",
      access_token: "token",
      expires_in: 900,
      liveness: null,
    };
    expect(await redeem({ state: "approved", sign_in })).toBe("approved");
    expect(sessionStorage.getItem("mien-session")).toContain('"kind":"subject"');
    expect(keptTicket()).toBeNull();
  });

  it("that waits signs nobody in and keeps its ticket", async () => {
    expect(await redeem({ state: "open", sign_in: null })).toBe("open");
    expect(sessionStorage.getItem("mien-session")).toBeNull();
    expect(keptTicket()).toBe("ticket");
  });
});
