import type { components } from "@/api/schema";
import { api, unwrap } from "@/lib/api-client";
import { dataUrlOf } from "@/lib/camera/data-url";

export type Enrollment = components["schemas"]["EnrollmentResult"];

/** Enroll a person from their photos. purpose: what they agreed to, or nothing. */
export async function enroll(
  userId: string,
  photos: readonly Blob[],
  purpose: string,
): Promise<Enrollment> {
  const images = await Promise.all(photos.map(dataUrlOf));
  const consent = purpose === "" ? {} : { consent_purpose: purpose };
  return unwrap(api.POST("/api/v1/register", { body: { user_id: userId, images, ...consent } }));
}
