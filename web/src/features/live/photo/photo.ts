import { queryOptions } from "@tanstack/react-query";

import { type Detection, type FoundFace, detectFaces } from "../api/detect-faces";
import { cropFace } from "./crop";

/** A photo that was taken or chosen, and whom of several people on it is meant. */
export interface Photo {
  readonly id: string;
  readonly content: Blob;
  readonly chosen: FoundFace | null;
}

export function photoOf(content: Blob): Photo {
  return { id: crypto.randomUUID(), content, chosen: null };
}

/** The faces of a photo; they are not kept longer than they are shown. */
export function facesOf({ id, content }: Photo) {
  return queryOptions({
    queryKey: ["live", "faces", id],
    queryFn: ({ signal }) => detectFaces(content, signal),
    staleTime: Infinity,
    gcTime: 0,
  });
}

/** Return whose face is meant: the only one, or the one that was chosen. */
export function meantFace(photo: Photo, found: Detection | undefined): FoundFace | null {
  const [only, another] = found?.faces ?? [];
  return only !== undefined && another === undefined ? only : photo.chosen;
}

/** Return what is sent of a photo: all of it, or of several people only the one who is meant. */
export async function portionOf(photo: Photo, found: Detection | undefined): Promise<Blob> {
  const meant = meantFace(photo, found);
  const alone = found === undefined || found.faces.length === 1;
  return alone || meant === null ? photo.content : cropFace(photo.content, found, meant);
}
