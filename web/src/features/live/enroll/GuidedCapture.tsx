import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { type RefObject, useState } from "react";
import { useTranslation } from "react-i18next";

import { CameraView } from "@/components/camera/CameraView";
import { ProblemAlert } from "@/components/ProblemAlert";
import type { Camera } from "@/lib/camera/use-camera";

import { CapturePrompt } from "./CapturePrompt";
import classes from "./Enroll.module.css";
import { PoseSteps } from "./PoseSteps";
import type { GuidedCapture as Guide } from "./use-guided-capture";

interface Props {
  video: RefObject<HTMLVideoElement | null>;
  camera: Camera;
  guide: Guide;
  started: boolean;
  onStart: () => void;
}

/** The camera with what to do drawn over it, and the poses below. */
export function GuidedCapture({ video, camera, guide, started, onStart }: Props) {
  const { t } = useTranslation("live");
  const [busy, setBusy] = useState(false);
  const { capture, problem } = guide;
  return (
    <Stack>
      {guide.isComplete ? (
        <div className={classes.complete} role="status">
          <IconCircleCheck size={44} stroke={1.4} aria-hidden />
          <Text fw={600}>{t("enroll.complete")}</Text>
        </div>
      ) : (
        <CameraView
          video={video}
          camera={camera}
          face={guide.face}
          good={capture.advice?.kind === "hold"}
        >
          {started && capture.wanted !== null && (
            <CapturePrompt wanted={capture.wanted} advice={capture.advice} />
          )}
        </CameraView>
      )}
      {problem !== null &&
        (problem.retryAfterS === null ? (
          <ProblemAlert problem={problem} onRetry={guide.retry} />
        ) : (
          <Alert color="yellow" role="status">
            {t("enroll.slowed")}
          </Alert>
        ))}
      <PoseSteps capture={capture} onRetake={guide.retake} />
      {!guide.isComplete && (
        <Group grow>
          {!started && (
            <Button size="md" disabled={camera.state !== "on"} onClick={onStart}>
              {t("enroll.begin")}
            </Button>
          )}
          {started && (
            <Button
              variant="default"
              disabled={camera.state !== "on"}
              loading={busy}
              onClick={() => {
                setBusy(true);
                void guide.takeNow().finally(() => setBusy(false));
              }}
            >
              {t("enroll.takeNow")}
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}
