import { api, unwrap } from "@/lib/api-client";

/** Ask for the expressions of departments as a table for other programs. */
export function exportWellbeing() {
  const query = { format: "csv" } as const;
  return unwrap(api.GET("/api/v1/wellbeing", { params: { query }, parseAs: "text" }));
}
