import { useTranslation } from "react-i18next";

import { formatShare } from "@/lib/format";

import type { Detection, FoundFace } from "../api/detect-faces";
import classes from "./Photo.module.css";
import { rectangleOf } from "./crop";

interface Props {
  found: Detection;
  meant: FoundFace | null;
  onChoose: (face: FoundFace) => void;
}

/** A button around each face of a photo, from left to right. */
export function FaceBoxes({ found, meant, onChoose }: Props) {
  const { t, i18n } = useTranslation("live");
  const faces = found.faces.toSorted((one, other) => one.box.left - other.box.left);
  return faces.map((face, index) => {
    const { left, top, width, height } = rectangleOf(face.box);
    return (
      <button
        key={`${left} ${top}`}
        type="button"
        className={classes.face}
        aria-pressed={face === meant}
        aria-label={t("photo.face", {
          number: index + 1,
          quality: formatShare(face.quality_score, i18n.language, 0),
        })}
        style={{
          left: share(left, found.width),
          top: share(top, found.height),
          width: share(width, found.width),
          height: share(height, found.height),
        }}
        onClick={() => onChoose(face)}
      >
        {faces.length > 1 && <span className={classes.number}>{index + 1}</span>}
      </button>
    );
  });
}

function share(length: number, whole: number): string {
  return `${(100 * length) / whole}%`;
}
