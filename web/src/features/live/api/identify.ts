import type { components } from "@/api/schema";
import { api, unwrap } from "@/lib/api-client";
import { dataUrlOf } from "@/lib/camera/data-url";

export type Identification = components["schemas"]["IdentificationResult"];

/** Ask whom a photo shows (1:N). topK: how many to name. */
export async function identify(photo: Blob, topK: number): Promise<Identification> {
  const body = { image: await dataUrlOf(photo), top_k: topK };
  return unwrap(api.POST("/api/v1/identify", { body }));
}
