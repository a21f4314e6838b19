import { describe, expect, it } from "vitest";

import { ApiProblem, asProblem, problemOf } from "./problem";

describe("an answer that refuses", () => {
  it("is read with all that its document says", () => {
    const answer = new Response(null, { status: 422, headers: { "Retry-After": "7" } });
    const problem = problemOf(answer, {
      code: "LOW_QUALITY",
      detail: "too dark: add light",
      reasons: ["TOO_DARK", 4],
      request_id: "5f0c",
    });

    expect(problem).toMatchObject({
      code: "LOW_QUALITY",
      status: 422,
      detail: "too dark: add light",
      retryAfterS: 7,
      reasons: ["TOO_DARK"],
      requestId: "5f0c",
    });
  });

  it("is a problem too when a proxy answers with a page of its own", () => {
    const answer = new Response(null, { status: 502, statusText: "Bad Gateway" });

    for (const body of ["<html>", null, undefined, { code: 5, detail: "" }]) {
      const problem = problemOf(answer, body);
      expect(problem.code).toBe("HTTP_502");
      expect(problem.detail).toBe("Bad Gateway");
      expect(problem.retryAfterS).toBeNull();
    }
  });

  it.each(["0", "-3", "soon", "Wed, 21 Oct 2026 07:28:00 GMT"])(
    "names no waiting time for a Retry-After of %s",
    (after) => {
      const answer = new Response(null, { status: 503, headers: { "Retry-After": after } });
      expect(problemOf(answer, {}).retryAfterS).toBeNull();
    },
  );
});

describe("any error", () => {
  it("stays the problem it is", () => {
    const problem = new ApiProblem("NO_FACE", 422, "no face");
    expect(asProblem(problem)).toBe(problem);
  });

  it("is UNREACHABLE when fetch found no server", () => {
    expect(asProblem(new TypeError("Failed to fetch"))).toMatchObject({
      code: "UNREACHABLE",
      status: 0,
    });
  });

  it("is UNEXPECTED otherwise, whatever was thrown", () => {
    expect(asProblem(new Error("oh"))).toMatchObject({ code: "UNEXPECTED", detail: "oh" });
    expect(asProblem("oh")).toMatchObject({ code: "UNEXPECTED", detail: "oh" });
  });
});
