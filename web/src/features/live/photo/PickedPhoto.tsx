import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { formatShare } from "@/lib/format";
import { asProblem } from "@/lib/problem";

import type { Detection, FoundFace } from "../api/detect-faces";
import { FaceBoxes } from "./FaceBoxes";
import classes from "./Photo.module.css";
import { type Photo, facesOf, meantFace } from "./photo";

interface Props {
  photo: Photo;
  mayLook: boolean;
  /** What the button says that takes it away. */
  removal: string;
  onChoose: (face: FoundFace) => void;
  onRemove: () => void;
}

/** A photo with the faces that were found in it; of several the person chooses one. */
export function PickedPhoto({ photo, mayLook, removal, onChoose, onRemove }: Props) {
  const { t } = useTranslation("live");
  const faces = useQuery({ ...facesOf(photo), enabled: mayLook });
  const meant = meantFace(photo, faces.data);
  return (
    <Stack gap="xs">
      <div className={classes.photo}>
        <Picture content={photo.content} />
        {faces.data !== undefined && (
          <FaceBoxes found={faces.data} meant={meant} onChoose={onChoose} />
        )}
      </div>
      {faces.isError && <ProblemAlert problem={asProblem(faces.error)} />}
      <Group justify="space-between" align="flex-start" mih={36}>
        <div role="status" className={classes.found}>
          {mayLook ? (
            faces.data !== undefined && <WhoIsThere found={faces.data} meant={meant} />
          ) : (
            <Text size="sm">{t("photo.unchecked")}</Text>
          )}
        </div>
        <Button variant="default" size="xs" flex="none" onClick={onRemove}>
          {removal}
        </Button>
      </Group>
    </Stack>
  );
}

function WhoIsThere({ found, meant }: { found: Detection; meant: FoundFace | null }) {
  const { t, i18n } = useTranslation("live");
  const many = found.faces.length;
  return (
    <>
      <Text size="sm" fw={550}>
        {t(many === 0 ? "photo.none" : many === 1 ? "photo.one" : "photo.several")}
      </Text>
      {many > 1 && (
        <Text size="sm" c="dimmed">
          {t("photo.several_help")}
        </Text>
      )}
      {meant !== null && (
        <Text size="sm" c="dimmed" data-numbers>
          {t("photo.quality", { quality: formatShare(meant.quality_score, i18n.language, 0) })}
        </Text>
      )}
      {meant?.quality_reasons.map((reason) => (
        <Text key={reason} size="sm" c="var(--mien-waiting)">
          {t(`quality.${reason}` as "quality.BLURRED", { defaultValue: reason })}
        </Text>
      ))}
    </>
  );
}

function Picture({ content }: { content: Blob }) {
  const { t } = useTranslation("live");
  const show = useCallback(
    (picture: HTMLImageElement) => {
      const address = URL.createObjectURL(content);
      picture.src = address;
      return () => URL.revokeObjectURL(address);
    },
    [content],
  );
  return <img ref={show} className={classes.picture} alt={t("photo.shown")} />;
}
