import { api, unwrap } from "@/lib/api-client";
import { dataUrlOf } from "@/lib/camera/data-url";

import { type SelfSignIn, begun } from "./self-sign-in";

/** Sign in by one photo, where the server asks for no live session. */
export async function selfPhoto(userId: string, photo: Blob): Promise<SelfSignIn> {
  const body = { user_id: userId, image: await dataUrlOf(photo) };
  return begun(await unwrap(api.POST("/api/v1/self/photo", { body })));
}
