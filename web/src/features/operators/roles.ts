import type { Operator, Role } from "./api/get-operators";

/** The least trusted first. */
export const ROLES = ["auditor", "operator", "admin"] as const satisfies readonly Role[];

/** The administrators who may sign in: without one only the command line is left. */
export function enabledAdministrators(operators: readonly Operator[]): Operator[] {
  return operators.filter(({ role, disabled_at }) => role === "admin" && disabled_at === null);
}

/** Tell whether nobody could administer any more if this operator could not. */
export function isLastAdministrator(operator: Operator, all: readonly Operator[]): boolean {
  const left = enabledAdministrators(all);
  return left.length === 1 && left[0]?.name === operator.name;
}
