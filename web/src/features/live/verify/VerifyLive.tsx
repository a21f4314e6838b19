import { useRef } from "react";

import { LiveStage } from "@/components/camera/LiveStage";
import { useCamera } from "@/lib/camera/use-camera";
import { useLiveSession } from "@/lib/live/use-live-session";

import { beginLive } from "../api/begin-live";
import { completeLive } from "../api/complete-live";
import type { VerifyProps } from "./VerifyTab";

/** A claim, shown in a live session. */
export function VerifyLive({ userId, onAnswer }: VerifyProps) {
  const video = useRef<HTMLVideoElement>(null);
  const camera = useCamera(video);
  const session = useLiveSession(
    video,
    () => {
      onAnswer(null);
      return beginLive(userId);
    },
    async (sessionId) => onAnswer(await completeLive(sessionId)),
  );
  return <LiveStage video={video} camera={camera} session={session} mayStart={userId !== ""} />;
}
