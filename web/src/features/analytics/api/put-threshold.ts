import { api, unwrap } from "@/lib/api-client";

/** Tolerate another false match rate of a department. */
export function putThreshold(group: string, targetFmr: number) {
  return unwrap(
    api.PUT("/api/v1/thresholds/{group}", {
      params: { path: { group } },
      body: { target_fmr: targetFmr },
    }),
  );
}
