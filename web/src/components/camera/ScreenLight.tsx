import { Portal } from "@mantine/core";

import classes from "./CameraView.module.css";

/** The whole screen in a color that a living face in front of it reflects. */
export function ScreenLight({ color, words }: { color: string; words: string }) {
  return (
    <Portal>
      <div className={classes.light} style={{ background: color }}>
        <span className={classes.lightWords}>{words}</span>
      </div>
    </Portal>
  );
}
