import { describe, expect, it } from "vitest";

import { isAllowed, rulesFor } from "./password";

function broken(password: string, name = "ada"): string[] {
  return rulesFor(password, name)
    .filter(({ holds }) => !holds)
    .map((rule) => rule.name);
}

describe("a password", () => {
  it("is allowed when it is a few random words", () => {
    expect(broken("seven lamps on a bridge")).toEqual([]);
    expect(isAllowed("seven lamps on a bridge", "ada")).toBe(true);
  });

  it("has at least 15 characters, whatever they weigh", () => {
    expect(broken("seven lamps on")).toEqual(["longEnough"]);
    expect(broken("🦔🐢🦊🐝🐙🦉🐳🐧🦋🐌🐞🐿️🦎🐍")).toEqual([]);
  });

  it("counts characters as the server does, after composing them", () => {
    const decomposed = "a\u0308".repeat(8) + "bcdefg"; // 22 code points, 14 characters
    expect(broken(decomposed)).toEqual(["longEnough"]);
  });

  it("has at least 5 different ones", () => {
    expect(broken("abcdabcdabcdabcd")).toEqual(["varied"]);
  });

  it("is not the name over and over", () => {
    expect(broken("alexandra Alexandra", "alexandra")).toEqual(["notTheName"]);
    expect(broken("seven lamps on a bridge", "")).toEqual([]);
  });

  it("has at most 1024 bytes", () => {
    expect(broken("abcde".repeat(205))).toEqual(["shortEnough"]);
  });
});
