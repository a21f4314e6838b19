import { useTranslation } from "react-i18next";

import classes from "@/components/camera/CameraView.module.css";
import { HeadGlyph } from "@/components/camera/HeadGlyph";

import type { Advice, Pose } from "./capture-plan";
import { LOOKS } from "./PoseSteps";

/** Which pose is asked for, and what is in the way of it. */
export function CapturePrompt({ wanted, advice }: { wanted: Pose; advice: Advice | null }) {
  const { t } = useTranslation("live");
  return (
    <div className={classes.prompt}>
      <HeadGlyph look={LOOKS[wanted]} />
      <div className={classes.ask}>
        <div aria-live="assertive">{t(`enroll.ask.${wanted}`)}</div>
        <div className={classes.hint} aria-live="polite">
          <Said advice={advice} />
        </div>
      </div>
    </div>
  );
}

function Said({ advice }: { advice: Advice | null }) {
  const { t } = useTranslation("live");
  switch (advice?.kind) {
    case "noFace":
    case "several":
      return t(`hint.${advice.kind}`);
    case "hold":
      return t("enroll.hold");
    case "quality":
      return t(`quality.${advice.reason}` as "quality.BLURRED", { defaultValue: advice.reason });
    default:
      return null;
  }
}
