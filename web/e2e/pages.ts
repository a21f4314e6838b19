import type { Role } from "./world";

/** Every page of the frame, by its path and the name that its link and its heading have. */
export const PAGES = {
  live: "Live",
  people: "People",
  reviews: "Reviews",
  analytics: "Analytics",
  departments: "Departments",
  audit: "Audit",
  keys: "API keys",
  operators: "Operators",
  models: "Models",
  system: "System",
} as const;

export type PageName = keyof typeof PAGES;

/** What each role is shown; the rest is refused. */
export const SHOWN_TO: Readonly<Record<Role, readonly PageName[]>> = {
  admin: Object.keys(PAGES) as PageName[],
  operator: ["live", "people", "reviews", "models"],
  auditor: ["people", "analytics", "departments", "audit", "models", "system"],
};
