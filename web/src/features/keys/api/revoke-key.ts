import { api, unwrap } from "@/lib/api-client";

export async function revokeKey(keyId: string): Promise<void> {
  await unwrap(api.DELETE("/api/v1/api-keys/{key_id}", { params: { path: { key_id: keyId } } }));
}
