import { grabFrame } from "@/lib/camera/grab-frame";
import { type ApiProblem, asProblem } from "@/lib/problem";

import { type Detection, detectFaces } from "../api/detect-faces";

/** Often enough to feel led, and within what the server allows one caller (5 a second). */
const LOOKS_EVERY_MS = 330;

interface Told {
  onSeen: (photo: Blob, found: Detection) => void;
  /** With `retryAfterS` it goes on by itself after that; else it has ended. */
  onProblem: (problem: ApiProblem) => void;
}

/** Have the server look at a camera's picture about three times a second, until it is aborted. */
export async function watchFaces(
  video: HTMLVideoElement,
  signal: AbortSignal,
  { onSeen, onProblem }: Told,
): Promise<void> {
  while (!signal.aborted) {
    const nextMs = performance.now() + LOOKS_EVERY_MS;
    try {
      const photo = await grabFrame(video);
      const found = photo === null ? null : await detectFaces(photo, signal);
      if (photo !== null && found !== null && !isAborted(signal)) onSeen(photo, found);
    } catch (error) {
      if (isAborted(signal)) return;
      const problem = asProblem(error);
      onProblem(problem);
      if (problem.retryAfterS === null) return;
      await sleep(1000 * problem.retryAfterS);
    }
    await sleep(nextMs - performance.now());
  }
}

/** For the compiler, which does not know that a signal changes while one waits. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
