import { api, unwrap } from "@/lib/api-client";
import { dataUrlOf } from "@/lib/camera/data-url";

export type Detection = Awaited<ReturnType<typeof detectFaces>>;
export type FoundFace = Detection["faces"][number];

/** Find every face of a photo; nothing is stored. */
export async function detectFaces(photo: Blob, signal: AbortSignal) {
  const body = { image: await dataUrlOf(photo) };
  return unwrap(api.POST("/api/v1/detect", { body, signal }));
}
