import { copyFileSync, renameSync } from "node:fs";
import { join } from "node:path";

import { theWorld } from "./world";

export type Clip = "face" | "wall" | "turning";

/** The browser's fake camera: it plays a file, from its beginning whenever it is opened. */
export class Camera {
  readonly file = join(theWorld().folder, "camera.mjpeg");

  constructor() {
    this.show("wall");
  }

  /** Put a clip before the camera; a page that has it open sees it when it opens it again. */
  show(clip: Clip): void {
    const next = `${this.file}.next`;
    copyFileSync(join(theWorld().folder, "clips", `${clip}.mjpeg`), next);
    renameSync(next, this.file);
  }
}

export function flags(camera: Camera): string[] {
  return [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-video-capture=${camera.file}`,
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), // which root cannot have
  ];
}
