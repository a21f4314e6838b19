import { Button, Menu, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconChevronDown, IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { asProblem } from "@/lib/problem";
import { saveFile } from "@/lib/save-file";

import { type Format, exportEntries } from "../api/export-entries";
import type { AuditQuery } from "../filter";

const FORMATS = ["ndjson", "csv"] as const satisfies readonly Format[];

/** Takes along what the filter leaves of the log. */
export function ExportMenu({ filter }: { filter: AuditQuery }) {
  const { t } = useTranslation("audit");
  const taking = useMutation({
    mutationFn: (format: Format) => exportEntries(filter, format),
    onSuccess: (file, format) => saveFile(`audit.${format}`, file, file.type),
    onError: (error) =>
      notifications.show({
        color: "red",
        title: t("export.failed"),
        message: asProblem(error).detail,
      }),
  });
  return (
    <Menu position="bottom-end" width={300} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconDownload size={18} />}
          rightSection={<IconChevronDown size={16} />}
          loading={taking.isPending}
        >
          {t("export.action")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map((format) => (
          <Menu.Item key={format} onClick={() => taking.mutate(format)}>
            <Text size="sm" fw={550}>
              {t(`export.${format}.name`)}
            </Text>
            <Text size="xs" c="dimmed">
              {t(`export.${format}.advice`)}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
