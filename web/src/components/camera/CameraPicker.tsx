import { ActionIcon, Menu } from "@mantine/core";
import { IconCamera, IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { Camera } from "@/lib/camera/use-camera";

/** Lets whoever has several cameras choose one. */
export function CameraPicker({ camera }: { camera: Camera }) {
  const { t } = useTranslation("live");
  if (camera.devices.length < 2) return null;
  return (
    <Menu position="bottom-end" withArrow>
      <Menu.Target>
        <ActionIcon variant="white" color="dark" radius="xl" aria-label={t("camera.choose")}>
          <IconCamera size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("camera.choose")}</Menu.Label>
        {camera.devices.map(({ deviceId, label }, index) => (
          <Menu.Item
            key={deviceId}
            rightSection={deviceId === camera.deviceId && <IconCheck size={14} />}
            onClick={() => camera.choose(deviceId)}
          >
            {label || t("camera.nameless", { number: index + 1 })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
