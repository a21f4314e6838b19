import { type RefObject, useCallback, useEffect, useState } from "react";

import {
  CameraError,
  type CameraProblem,
  closeCamera,
  listCameras,
  openCamera,
} from "./open-camera";
import { usePageShown } from "./use-page-shown";

const CHOSEN_AS = "mien-camera";

export type CameraState = "off" | "opening" | "on" | CameraProblem;

export interface Camera {
  readonly state: CameraState;
  readonly devices: readonly MediaDeviceInfo[];
  /** Of the one that is on. */
  readonly deviceId: string | null;
  readonly choose: (deviceId: string) => void;
  readonly retry: () => void;
}

/** Show a camera in a video, exactly as long as it is wanted and the page can be seen. */
export function useCamera(video: RefObject<HTMLVideoElement | null>, wanted = true): Camera {
  const shown = usePageShown();
  const [chosen, setChosen] = useState(() => localStorage.getItem(CHOSEN_AS));
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<CameraState>("off");
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([]);
  const [deviceId, setDeviceId] = useState<string | null>(null);

  useEffect(() => {
    if (!wanted || !shown) return;
    const element = video.current;
    let stream: MediaStream | null = null;
    let left = false;
    async function open() {
      setState("opening");
      stream = await openChosen(chosen);
      if (left) {
        closeCamera(stream);
        return;
      }
      const track = stream.getVideoTracks()[0];
      track?.addEventListener("ended", () => setState("busy")); // unplugged, or taken away
      setDeviceId(track?.getSettings().deviceId ?? null);
      if (element !== null) await play(element, stream);
      setState("on");
      setDevices(await listCameras());
    }
    open().catch((error: unknown) => {
      if (!left) setState(error instanceof CameraError ? error.problem : "unknown");
    });
    return () => {
      left = true;
      if (stream !== null) closeCamera(stream);
      if (element !== null) element.srcObject = null;
      setState("off");
    };
  }, [video, wanted, shown, chosen, attempt]);

  const choose = useCallback((id: string) => {
    localStorage.setItem(CHOSEN_AS, id);
    setChosen(id);
  }, []);
  const retry = useCallback(() => setAttempt((before) => before + 1), []);
  return { state, devices, deviceId, choose, retry };
}

/** A camera that was chosen once may be gone. */
async function openChosen(chosen: string | null): Promise<MediaStream> {
  try {
    return await openCamera(chosen);
  } catch (error) {
    const gone = chosen !== null && error instanceof CameraError && error.problem === "none";
    if (!gone) throw error;
    localStorage.removeItem(CHOSEN_AS);
    return openCamera(null);
  }
}

async function play(video: HTMLVideoElement, stream: MediaStream): Promise<void> {
  video.srcObject = stream;
  await video.play();
}
