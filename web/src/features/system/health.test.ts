import { describe, expect, it } from "vitest";

import type { Warning } from "./api/get-status";
import { healthOf } from "./health";

const NOTE: Warning = { name: "user", problem: "runs as root", remedy: "", is_note: true };
const OBJECTION: Warning = { name: "issuer", problem: "is mien", remedy: "", is_note: false };

describe("the health of a server", () => {
  it("is well before anybody asked it anything", () => {
    expect(healthOf({ warnings: [], requests: 0, server_errors: 0 })).toEqual({
      state: "well",
      objections: [],
      notes: [],
      errorShare: 0,
    });
  });

  it("is not worse for what is only worth knowing", () => {
    const health = healthOf({ warnings: [NOTE], requests: 10, server_errors: 0 });
    expect(health.state).toBe("well");
    expect(health.notes).toEqual([NOTE]);
  });

  it("is weak with a configuration that has to be mended", () => {
    const health = healthOf({ warnings: [NOTE, OBJECTION], requests: 1000, server_errors: 9 });
    expect(health.state).toBe("weak");
    expect(health.objections).toEqual([OBJECTION]);
  });

  it("is failing from one request in a hundred on, whatever the configuration", () => {
    const health = healthOf({ warnings: [OBJECTION], requests: 100, server_errors: 1 });
    expect(health.state).toBe("failing");
    expect(health.errorShare).toBe(0.01);
  });
});
