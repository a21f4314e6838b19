import { describe, expect, it } from "vitest";

import type { Operator, Role } from "./api/get-operators";
import { enabledAdministrators, isLastAdministrator } from "./roles";

function operator(name: string, role: Role, isEnabled = true): Operator {
  const created_at = "2026-11-21T12:00:00Z";
  return { name, role, created_at, disabled_at: isEnabled ? null : created_at };
}

const ADA = operator("ada", "admin");
const GRACE = operator("grace", "operator");

describe("the last administrator", () => {
  it("is the only one who may sign in", () => {
    const all = [ADA, GRACE, operator("joan", "admin", false)];
    expect(enabledAdministrators(all)).toEqual([ADA]);
    expect(isLastAdministrator(ADA, all)).toBe(true);
    expect(isLastAdministrator(GRACE, all)).toBe(false);
  });

  it("is nobody as long as there are two", () => {
    expect(isLastAdministrator(ADA, [ADA, operator("joan", "admin")])).toBe(false);
  });
});
