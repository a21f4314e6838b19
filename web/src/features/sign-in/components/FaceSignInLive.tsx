import { useRef } from "react";

import { LiveStage } from "@/components/camera/LiveStage";
import { useCamera } from "@/lib/camera/use-camera";
import { useLiveSession } from "@/lib/live/use-live-session";

import { selfLive } from "../api/self-live";
import { selfLiveComplete } from "../api/self-live-complete";
import { FaceSignInRefusal } from "./FaceSignInRefusal";

/** A face, shown in a live session. */
export function FaceSignInLive({ userId }: { userId: string }) {
  const video = useRef<HTMLVideoElement>(null);
  const camera = useCamera(video);
  const session = useLiveSession(video, () => selfLive(userId), selfLiveComplete);
  return (
    <>
      <LiveStage video={video} camera={camera} session={session} mayStart={userId !== ""} />
      <FaceSignInRefusal answer={session.answer} />
    </>
  );
}
