import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { asProblem } from "@/lib/problem";
import { saveFile } from "@/lib/save-file";

import { exportWellbeing } from "../api/export-wellbeing";

/** Saves the expressions of departments as a table. */
export function ExportButton() {
  const { t } = useTranslation(["departments", "common"]);
  const save = useMutation({
    mutationFn: exportWellbeing,
    onSuccess: (table) => {
      saveFile(t("exportFile"), table, "text/csv");
      notifications.show({ message: t("exported") });
    },
    onError: (error) =>
      notifications.show({
        color: "red",
        title: t("common:problems.title"),
        message: asProblem(error).detail,
      }),
  });
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} />}
      loading={save.isPending}
      onClick={() => save.mutate()}
    >
      {t("export")}
    </Button>
  );
}
