import { useTranslation } from "react-i18next";

import type { LiveState } from "@/lib/live/live-stream";
import type { LiveStatus } from "@/lib/live/messages";

import classes from "./CameraView.module.css";
import { lookOf } from "./demands";
import { HeadGlyph } from "./HeadGlyph";
import { hintParts } from "./hints";
import { ProgressRing } from "./ProgressRing";
import { ScreenLight } from "./ScreenLight";

/** What the person before the camera has to do now, drawn, written, and told to a reader. */
export function LivePrompt({ state }: { state: LiveState }) {
  const { t } = useTranslation("live");
  const words = useWords();
  if (state.kind === "showing") {
    const { status } = state;
    return (
      <>
        <div className={classes.prompt}>
          <HeadGlyph look={lookOf(status.demand)} />
          <div className={classes.ask}>
            <div aria-live="assertive">{words.prompt(status)}</div>
            <div className={classes.hint} aria-live="polite">
              {status.hint !== null && words.hint(status.hint)}
            </div>
          </div>
          <ProgressRing
            done={status.done}
            total={status.total}
            leftS={Math.ceil(status.expires_in_ms / 1000)}
          />
        </div>
        {status.light !== null && <ScreenLight color={status.light} words={t("phase.light")} />}
      </>
    );
  }
  return (
    <div className={classes.prompt}>
      <div className={classes.ask} role="status">
        {state.kind === "connecting" && t("phase.connecting")}
        {state.kind === "decided" && t("phase.deciding")}
        {state.kind === "failed" && t("phase.failed")}
      </div>
    </div>
  );
}

function useWords() {
  const { t } = useTranslation("live");
  return {
    /** The server may ask for what this version has no words for. */
    prompt: ({ demand, phase, prompt }: LiveStatus) =>
      demand === null
        ? t(`phase.${phase}`)
        : t(`demand.${demand}` as "demand.smile", { defaultValue: prompt }),
    hint: (hint: string) =>
      hintParts(hint)
        .map((part) => ("key" in part ? t(part.key) : part.words))
        .join(" · "),
  };
}
