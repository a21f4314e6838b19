import type { components } from "@/api/schema";
import { api, unwrap } from "@/lib/api-client";
import { dataUrlOf } from "@/lib/camera/data-url";

export type Authentication = components["schemas"]["AuthenticationResult"];

/** Ask whether a photo shows a person (1:1). */
export async function authenticate(userId: string, photo: Blob): Promise<Authentication> {
  const body = { user_id: userId, image: await dataUrlOf(photo) };
  return unwrap(api.POST("/api/v1/authenticate", { body }));
}
