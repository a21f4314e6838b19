import { api, unwrap } from "@/lib/api-client";

import type { NewKey } from "./create-key";

/** Make a key like another one, which is accepted for so many hours more. */
export async function rotateKey(keyId: string, overlapHours: number): Promise<NewKey> {
  return unwrap(
    api.POST("/api/v1/api-keys/{key_id}/rotate", {
      params: { path: { key_id: keyId } },
      body: { overlap_hours: overlapHours },
    }),
  );
}
