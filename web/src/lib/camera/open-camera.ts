/** Why there is no picture; each has words in `strings`. */
export type CameraProblem = "insecure" | "denied" | "none" | "busy" | "unknown";

export class CameraError extends Error {
  override readonly name = "CameraError";

  constructor(readonly problem: CameraProblem) {
    super(problem);
  }
}

/** What `getUserMedia` rejects with (W3C Media Capture and Streams, 10.2). */
const PROBLEMS: Readonly<Record<string, CameraProblem>> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** Open a camera, the one that looks at the person if none is chosen; throws `CameraError`. */
export async function openCamera(deviceId: string | null): Promise<MediaStream> {
  if (!("mediaDevices" in navigator)) throw new CameraError("insecure");
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: false, video: wanted(deviceId) });
  } catch (error) {
    throw new CameraError(problemOf(error));
  }
}

export function closeCamera(stream: MediaStream): void {
  stream.getTracks().forEach((track) => {
    track.stop();
  });
}

/** The cameras of this machine; without names until one of them was allowed. */
export async function listCameras(): Promise<MediaDeviceInfo[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === "videoinput" && device.deviceId !== "");
}

function wanted(deviceId: string | null): MediaTrackConstraints {
  return {
    width: { ideal: 1280, max: 1280 },
    height: { ideal: 720, max: 960 },
    frameRate: { ideal: 30 },
    ...(deviceId === null ? { facingMode: "user" } : { deviceId: { exact: deviceId } }),
  };
}

function problemOf(error: unknown): CameraProblem {
  // A DOMException, which not everywhere is an Error.
  const named = typeof error === "object" && error !== null && "name" in error;
  return (named ? PROBLEMS[String(error.name)] : undefined) ?? "unknown";
}
