import { Alert, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "@/components/ConfirmDialog";

import { type ApiKey, getKeys } from "../api/get-keys";
import { revokeKey } from "../api/revoke-key";

interface Props {
  about: ApiKey;
  /** Whether whoever looks is signed in with it. */
  isMine: boolean;
  opened: boolean;
  onClose: () => void;
}

export function RevokeKey({ about, isMine, opened, onClose }: Props) {
  const { t } = useTranslation("keys");
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeKey(about.key_id),
    onSuccess: () => {
      notifications.show({ message: t("revoke.done", { label: about.label }) });
      return client.invalidateQueries({ queryKey: getKeys.queryKey });
    },
  });
  return (
    <ConfirmDialog
      opened={opened}
      title={t("revoke.title", { label: about.label })}
      action={t("revoke.action")}
      onConfirm={() => revoke.mutateAsync()}
      onClose={onClose}
    >
      <Stack gap="sm">
        <p>{t("revoke.consequence")}</p>
        {isMine && <Alert color="yellow">{t("revoke.mine")}</Alert>}
      </Stack>
    </ConfirmDialog>
  );
}
