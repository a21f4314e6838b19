import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { DropZone } from "../photo/DropZone";
import { PickedPhoto } from "../photo/PickedPhoto";
import type { Photos } from "../photo/use-photos";
import classes from "./Enroll.module.css";

/** The server takes no more at a time. */
const MOST_PHOTOS = 10;

/** Several photos of one person, each with the face that is meant. */
export function PhotoGallery({ photos }: { photos: Photos }) {
  const { t } = useTranslation("live");
  const room = MOST_PHOTOS - photos.photos.length;
  return (
    <Stack>
      {room > 0 && <DropZone several onPhotos={(added) => photos.add(added.slice(0, room))} />}
      <div className={classes.gallery}>
        {photos.photos.map((photo) => (
          <PickedPhoto
            key={photo.id}
            photo={photo}
            mayLook={photos.mayLook}
            removal={t("photo.remove")}
            onChoose={(face) => photos.choose(photo.id, face)}
            onRemove={() => photos.remove(photo.id)}
          />
        ))}
      </div>
    </Stack>
  );
}
