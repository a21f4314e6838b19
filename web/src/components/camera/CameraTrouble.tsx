import { Button, Loader, Stack, Text } from "@mantine/core";
import { IconCameraOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { CameraState } from "@/lib/camera/use-camera";

interface Props {
  state: Exclude<CameraState, "on">;
  onRetry: () => void;
}

/** What stands in place of a picture that is not there, and what to do about it. */
export function CameraTrouble({ state, onRetry }: Props) {
  const { t } = useTranslation("live");
  if (state === "opening" || state === "off") {
    return (
      <Stack align="center" gap="sm" role="status">
        {state === "opening" && <Loader color="gray.4" size="sm" />}
        <Text size="sm">{t(`camera.${state}`)}</Text>
      </Stack>
    );
  }
  return (
    <Stack align="center" gap="sm" maw={340} role="alert">
      <IconCameraOff size={32} stroke={1.4} aria-hidden />
      <Text size="sm" ta="center">
        {t(`camera.problem.${state}`)}
      </Text>
      <Button variant="white" color="dark" size="xs" onClick={onRetry}>
        {t("camera.retry")}
      </Button>
    </Stack>
  );
}
