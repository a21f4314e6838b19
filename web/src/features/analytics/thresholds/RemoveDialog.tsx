import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "@/components/ConfirmDialog";

import { deleteThreshold } from "../api/delete-threshold";
import { getThresholds } from "../api/get-thresholds";
import { oneIn } from "../format";

interface Props {
  /** Whose rate is to be taken back; null when nobody's is. */
  group: string | null;
  /** What will hold instead. */
  targetFmr: number;
  onClose: () => void;
}

/** Asks before a department's own rate is taken back. */
export function RemoveDialog({ group, targetFmr, onClose }: Props) {
  const { t, i18n } = useTranslation("analytics");
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: deleteThreshold,
    onSuccess: (_, removed) => {
      notifications.show({ message: t("thresholds.removed", { group: removed }) });
      return client.invalidateQueries({ queryKey: getThresholds.queryKey });
    },
  });
  const named = { group: group ?? "", n: oneIn(targetFmr, i18n.language) };
  return (
    <ConfirmDialog
      opened={group !== null}
      title={t("thresholds.confirm.removeTitle", named)}
      action={t("thresholds.confirm.removeAction")}
      onConfirm={() => remove.mutateAsync(named.group)}
      onClose={onClose}
    >
      {t("thresholds.confirm.removeText", named)}
    </ConfirmDialog>
  );
}
