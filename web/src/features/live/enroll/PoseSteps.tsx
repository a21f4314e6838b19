import { IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { AT_REST, type HeadLook } from "@/components/camera/demands";
import { HeadGlyph } from "@/components/camera/HeadGlyph";
import { formatShare } from "@/lib/format";

import { type Capture, POSES, type Pose } from "./capture-plan";
import classes from "./Enroll.module.css";

export const LOOKS: Readonly<Record<Pose, HeadLook>> = {
  straight: AT_REST,
  left: { ...AT_REST, x: -1 },
  right: { ...AT_REST, x: 1 },
  up: { ...AT_REST, y: -1 },
  down: { ...AT_REST, y: 1 },
};

interface Props {
  capture: Capture;
  onRetake: (pose: Pose) => void;
}

/** How far the capture has come; what was taken can be taken again. */
export function PoseSteps({ capture, onRetake }: Props) {
  const { t, i18n } = useTranslation("live");
  return (
    <ol className={classes.poses} aria-label={t("enroll.poses")}>
      {POSES.map((pose) => {
        const shot = capture.shots[pose];
        const state =
          shot === null
            ? t("enroll.missing")
            : t("enroll.taken", { quality: formatShare(shot.quality, i18n.language, 0) });
        return (
          <li key={pose}>
            <button
              type="button"
              className={classes.pose}
              data-taken={shot !== null}
              aria-current={capture.wanted === pose ? "step" : undefined}
              aria-label={`${t(`enroll.pose.${pose}`)}: ${state}`}
              title={
                shot === null ? undefined : t("enroll.retake", { pose: t(`enroll.pose.${pose}`) })
              }
              disabled={shot === null}
              onClick={() => onRetake(pose)}
            >
              <HeadGlyph look={LOOKS[pose]} size={48} />
              <span>{t(`enroll.pose.${pose}`)}</span>
              {shot !== null && (
                <span className={classes.tick}>
                  <IconCheck size={12} stroke={3} aria-hidden />
                </span>
              )}
            </button>
          </li>
        );
      })}
    </ol>
  );
}
