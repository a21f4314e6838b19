import { type RefObject, useEffect, useEffectEvent, useState } from "react";

import type { ShownFace } from "@/components/camera/FaceOverlay";
import { grabFrame } from "@/lib/camera/grab-frame";
import type { ApiProblem } from "@/lib/problem";

import type { Detection, FoundFace } from "../api/detect-faces";
import { NO_SHOTS, type Pose, observe, retake, take } from "./capture-plan";
import { watchFaces } from "./watch-faces";

/** Leads a person through the poses while the camera is watched; see `capture-plan`. */
export function useGuidedCapture(video: RefObject<HTMLVideoElement | null>, watching: boolean) {
  const [capture, setCapture] = useState(NO_SHOTS);
  const [seen, setSeen] = useState<Detection | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [attempt, setAttempt] = useState(0);
  const isComplete = capture.wanted === null;

  const see = useEffectEvent((photo: Blob, found: Detection) => {
    setProblem(null);
    setSeen(found);
    setCapture((before) => observe(before, photo, found));
  });
  useEffect(() => {
    const element = video.current;
    if (!watching || isComplete || element === null) return;
    const leaving = new AbortController();
    void watchFaces(element, leaving.signal, { onSeen: see, onProblem: setProblem });
    return () => {
      leaving.abort();
      setSeen(null);
    };
  }, [video, watching, isComplete, attempt]);

  return {
    capture,
    isComplete,
    problem,
    /** The one face in the picture, to be drawn over it. */
    face: seen === null ? null : shownFace(seen),
    takeNow: async () => {
      const photo = video.current === null ? null : await grabFrame(video.current);
      if (photo !== null) setCapture((before) => take(before, photo, seen?.faces[0] ?? null));
    },
    retake: (pose: Pose) => setCapture((before) => retake(before, pose)),
    retry: () => {
      setProblem(null);
      setAttempt((before) => before + 1);
    },
  };
}

export type GuidedCapture = ReturnType<typeof useGuidedCapture>;

function shownFace({ faces, width, height }: Detection): ShownFace | null {
  const face: FoundFace | undefined = faces[0];
  if (face === undefined) return null;
  const { left, top, right, bottom } = face.box;
  return {
    box: [left / width, top / height, right / width, bottom / height],
    landmarks: face.landmarks.map(([x = 0, y = 0]) => [x / width, y / height]),
  };
}
