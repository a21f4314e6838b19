import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconFaceId } from "@tabler/icons-react";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import type { Camera } from "@/lib/camera/use-camera";
import type { LiveState } from "@/lib/live/live-stream";
import type { LiveSession } from "@/lib/live/use-live-session";
import { asProblem } from "@/lib/problem";

import { CameraView } from "./CameraView";
import type { ShownFace } from "./FaceOverlay";
import { LivePrompt } from "./LivePrompt";

interface Props {
  video: RefObject<HTMLVideoElement | null>;
  camera: Camera;
  session: LiveSession<unknown>;
  /** Whether everything else is there that a session needs. */
  mayStart: boolean;
}

/** A camera with a live session over it: begun, shown, and what went wrong. */
export function LiveStage({ video, camera, session, mayStart }: Props) {
  const { t } = useTranslation("live");
  const { state, isGoingOn } = session;
  const isUnderway = state?.kind === "connecting" || state?.kind === "showing";
  return (
    <Stack>
      <CameraView
        video={video}
        camera={camera}
        face={shownFace(state)}
        good={state?.kind === "showing" && state.status.hint === null}
      >
        {isGoingOn && state !== null && <LivePrompt state={state} />}
      </CameraView>
      {state?.kind === "failed" && (
        <Alert color="red" title={t("failure.title")} role="alert">
          {t(`failure.${state.failure}`)}
        </Alert>
      )}
      {session.error !== null && <ProblemAlert problem={asProblem(session.error)} />}
      {isUnderway ? (
        <Button size="md" variant="default" onClick={session.stop}>
          {t("session.stop")}
        </Button>
      ) : (
        <Button
          size="md"
          leftSection={<IconFaceId size={20} aria-hidden />}
          disabled={!mayStart || camera.state !== "on"}
          loading={isGoingOn}
          onClick={session.start}
        >
          {t(state === null ? "session.start" : "session.again")}
        </Button>
      )}
      <Text size="sm" c="dimmed">
        {t("session.explain")}
      </Text>
    </Stack>
  );
}

function shownFace(state: LiveState | null): ShownFace | null {
  if (state?.kind !== "showing" || state.status.box === null) return null;
  return { box: state.status.box, landmarks: state.status.landmarks ?? [] };
}
