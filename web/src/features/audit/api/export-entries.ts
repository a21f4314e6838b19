import type { components } from "@/api/schema";
import { api, unwrap } from "@/lib/api-client";

import type { AuditQuery } from "../filter";

export type Format = components["schemas"]["AuditFormat"];

/** Fetch all that a filter leaves of the log; no link can, for it would carry no credential. */
export async function exportEntries(filter: AuditQuery, format: Format): Promise<Blob> {
  return unwrap(
    api.GET("/api/v1/audit/export", {
      params: { query: { ...filter, format } },
      parseAs: "blob",
    }),
  );
}
