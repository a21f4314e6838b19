import { FileButton, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconPhotoPlus } from "@tabler/icons-react";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";

import classes from "./Photo.module.css";
import { ACCEPTED_KINDS, fitting } from "./fitting";

interface Props {
  several?: boolean;
  onPhotos: (photos: File[]) => void;
}

/** Takes photos that are dropped on it; a click or a key opens the system's own dialog. */
export function DropZone({ several = false, onPhotos }: Props) {
  const { t } = useTranslation("live");
  const [over, setOver] = useState(false);
  const [unfit, setUnfit] = useState(0);

  function take(files: Iterable<File>) {
    const sorted = fitting(files);
    setUnfit(sorted.unfit);
    const photos = several ? sorted.photos : sorted.photos.slice(0, 1);
    if (photos.length > 0) onPhotos(photos);
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  }

  return (
    <Stack gap={4}>
      <FileButton
        accept={ACCEPTED_KINDS}
        multiple={several}
        onChange={(chosen) => take(chosen === null ? [] : [chosen].flat())}
      >
        {(props) => (
          <UnstyledButton
            {...props}
            className={classes.drop}
            data-over={over}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={drop}
          >
            <IconPhotoPlus size={24} stroke={1.4} aria-hidden />
            <span>
              <Text fw={550}>{t(several ? "photo.dropSeveral" : "photo.drop")}</Text>
              <Text size="sm" c="dimmed">
                {t("photo.kinds")}
              </Text>
            </span>
          </UnstyledButton>
        )}
      </FileButton>
      <Text size="sm" c="var(--mien-refused)" role="status">
        {unfit > 0 && t("photo.unfit", { count: unfit })}
      </Text>
    </Stack>
  );
}
