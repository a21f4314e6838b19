import { type ReactNode, type RefObject, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Camera } from "@/lib/camera/use-camera";

import { CameraPicker } from "./CameraPicker";
import { CameraTrouble } from "./CameraTrouble";
import classes from "./CameraView.module.css";
import { FaceOverlay, type ShownFace } from "./FaceOverlay";

interface Props {
  video: RefObject<HTMLVideoElement | null>;
  camera: Camera;
  face: ShownFace | null;
  /** Whether the face is as it should be. */
  good?: boolean;
  /** Lies over the picture, at its lower edge. */
  children?: ReactNode;
}

/** The camera's picture, mirrored as people know themselves, and what was found in it. */
export function CameraView({ video, camera, face, good = false, children }: Props) {
  const { t } = useTranslation("live");
  const [size, setSize] = useState({ width: 4, height: 3 });
  return (
    <figure className={classes.stage} aria-label={t("camera.view")}>
      <video
        ref={video}
        className={classes.video}
        muted
        playsInline
        disablePictureInPicture
        onResize={({ currentTarget: { videoWidth, videoHeight } }) =>
          setSize({ width: videoWidth || 4, height: videoHeight || 3 })
        }
      />
      {camera.state === "on" ? (
        <>
          {face !== null && <FaceOverlay face={face} {...size} good={good} />}
          <div className={classes.picker}>
            <CameraPicker camera={camera} />
          </div>
          {Boolean(children) && <div className={classes.words}>{children}</div>}
        </>
      ) : (
        <div className={classes.trouble}>
          <CameraTrouble state={camera.state} onRetry={camera.retry} />
        </div>
      )}
    </figure>
  );
}
