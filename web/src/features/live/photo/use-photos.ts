import { useQueries } from "@tanstack/react-query";
import { useState } from "react";

import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import type { FoundFace } from "../api/detect-faces";
import { type Photo, facesOf, meantFace, photoOf, portionOf } from "./photo";

/** The photos that are about to be sent, each with one person who is meant. */
export function usePhotos() {
  const mayLook = may(useSession(), "read");
  const [photos, setPhotos] = useState<readonly Photo[]>([]);
  const found = useQueries({
    queries: photos.map((photo) => ({ ...facesOf(photo), enabled: mayLook })),
  });
  const isMeant = photos.map((photo, index) => meantFace(photo, found[index]?.data) !== null);
  return {
    photos,
    /** Whether faces are looked for before anything is sent. */
    mayLook,
    /** Whether it is clear of every photo who is meant. */
    ready: photos.length > 0 && (!mayLook || isMeant.every(Boolean)),
    add: (contents: readonly Blob[]) => setPhotos((held) => [...held, ...contents.map(photoOf)]),
    remove: (id: string) => setPhotos((held) => held.filter((photo) => photo.id !== id)),
    clear: () => setPhotos([]),
    choose: (id: string, chosen: FoundFace) =>
      setPhotos((held) => held.map((photo) => (photo.id === id ? { ...photo, chosen } : photo))),
    /** What is to be sent. */
    portions: () => Promise.all(photos.map((photo, index) => portionOf(photo, found[index]?.data))),
  };
}

export type Photos = ReturnType<typeof usePhotos>;
