import { Button, Stack } from "@mantine/core";
import { IconCamera } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";

import { CameraView } from "@/components/camera/CameraView";
import { grabFrame } from "@/lib/camera/grab-frame";
import { useCamera } from "@/lib/camera/use-camera";

import { DropZone } from "./DropZone";
import { PickedPhoto } from "./PickedPhoto";
import type { Photos } from "./use-photos";

/** One photo: taken with the camera, dropped, or chosen. */
export function PhotoSource({ photos }: { photos: Photos }) {
  const { t } = useTranslation("live");
  const [photo] = photos.photos;
  if (photo === undefined) return <Taking onPhoto={(content) => photos.add([content])} />;
  return (
    <PickedPhoto
      photo={photo}
      mayLook={photos.mayLook}
      removal={t("photo.another")}
      onChoose={(face) => photos.choose(photo.id, face)}
      onRemove={photos.clear}
    />
  );
}

function Taking({ onPhoto }: { onPhoto: (content: Blob) => void }) {
  const { t } = useTranslation("live");
  const video = useRef<HTMLVideoElement>(null);
  const camera = useCamera(video);

  async function take() {
    const taken = video.current === null ? null : await grabFrame(video.current);
    if (taken !== null) onPhoto(taken);
  }

  return (
    <Stack>
      <CameraView video={video} camera={camera} face={null} />
      <Button
        size="md"
        leftSection={<IconCamera size={18} />}
        disabled={camera.state !== "on"}
        onClick={() => void take()}
      >
        {t("camera.take")}
      </Button>
      <DropZone onPhotos={([photo]) => photo !== undefined && onPhoto(photo)} />
    </Stack>
  );
}
