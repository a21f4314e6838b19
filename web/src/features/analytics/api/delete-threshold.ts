import { api, unwrap } from "@/lib/api-client";

/** Tolerate of a department what is tolerated of everybody. */
export function deleteThreshold(group: string) {
  return unwrap(api.DELETE("/api/v1/thresholds/{group}", { params: { path: { group } } }));
}
