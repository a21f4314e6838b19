import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";

import { CameraView } from "@/components/camera/CameraView";
import { ProblemAlert } from "@/components/ProblemAlert";
import { grabFrame } from "@/lib/camera/grab-frame";
import { useCamera } from "@/lib/camera/use-camera";
import { asProblem } from "@/lib/problem";

import { selfPhoto } from "../api/self-photo";
import { FaceSignInRefusal } from "./FaceSignInRefusal";

/** A face, shown in one photo, where the server is content with that. */
export function FaceSignInPhoto({ userId }: { userId: string }) {
  const { t } = useTranslation("signIn");
  const video = useRef<HTMLVideoElement>(null);
  const camera = useCamera(video);
  const signIn = useMutation({
    mutationFn: async () => {
      const photo = video.current === null ? null : await grabFrame(video.current);
      return photo === null ? undefined : selfPhoto(userId, photo);
    },
  });
  return (
    <>
      <CameraView video={video} camera={camera} face={null} />
      {signIn.isError && <ProblemAlert problem={asProblem(signIn.error)} />}
      <Button
        size="md"
        disabled={userId === "" || camera.state !== "on"}
        loading={signIn.isPending}
        onClick={() => signIn.mutate()}
      >
        {t("face.photo")}
      </Button>
      <FaceSignInRefusal answer={signIn.data} />
    </>
  );
}
