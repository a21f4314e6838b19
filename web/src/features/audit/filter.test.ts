import { describe, expect, it } from "vitest";

import { countFields, queryOf, withField } from "./filter";

describe("the filter in the page's address", () => {
  it("lets everything pass when it is empty", () => {
    expect(queryOf(new URLSearchParams())).toEqual({});
    expect(queryOf(new URLSearchParams("actor=%20&outcome=&since="))).toEqual({});
  });

  it("becomes what the server understands", () => {
    const params = new URLSearchParams(
      "action=log_in&actor=operator:ada&person=bob&outcome=refused",
    );
    expect(queryOf(params)).toEqual({
      action: "log_in",
      actor: "operator:ada",
      user_id: "bob",
      accepted: false,
    });
  });

  it("passes over what nobody can mean", () => {
    const params = new URLSearchParams("action=fly&outcome=maybe&since=yesterday&until=2026-1-1");
    expect(queryOf(params)).toEqual({});
  });

  it("reaches from the first moment of a day to the last one of another", () => {
    const { since, until } = queryOf(new URLSearchParams("since=2026-11-20&until=2026-11-30"));
    expect(since).toBe(new Date(2026, 10, 20).toISOString());
    expect(until).toBe(new Date(2026, 11, 1).toISOString());
  });
});

describe("changing a field", () => {
  it("leaves the others as they are, and the old address too", () => {
    const before = new URLSearchParams("action=enroll");
    const after = withField(before, "outcome", "accepted");
    expect(after.toString()).toBe("action=enroll&outcome=accepted");
    expect(before.toString()).toBe("action=enroll");
  });

  it("takes an emptied one out", () => {
    const after = withField(new URLSearchParams("actor=cli&until=2026-11-30"), "actor", "");
    expect(after.toString()).toBe("until=2026-11-30");
    expect(countFields(after)).toBe(1);
  });
});
