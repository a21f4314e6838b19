import { api, unwrap } from "@/lib/api-client";

/** Ask operators to erase everything; a new request replaces one that waits. */
export function askForErasure(note: string) {
  return unwrap(api.POST("/api/v1/self/erasure", { body: { note } }));
}
