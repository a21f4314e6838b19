import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { ConfirmDialog } from "@/components/ConfirmDialog";

import { erasePerson } from "../api/erase-person";

interface Props {
  userId: string;
  opened: boolean;
  onClose: () => void;
}

/** Erases a person once their id is typed, and leads away from what is no more. */
export function EraseDialog({ userId, opened, onClose }: Props) {
  const { t } = useTranslation("people");
  const client = useQueryClient();
  const navigate = useNavigate();

  async function erase() {
    await erasePerson(userId);
    notifications.show({ message: t("erase.done", { user: userId }) });
    await navigate("/people");
    client.removeQueries({ queryKey: ["person", userId] });
    // With a person go their requests.
    await Promise.all([
      client.invalidateQueries({ queryKey: ["people"] }),
      client.invalidateQueries({ queryKey: ["reviews"] }),
    ]);
  }

  return (
    <ConfirmDialog
      opened={opened}
      title={t("erase.title", { user: userId })}
      action={t("erase.action")}
      typed={userId}
      onConfirm={erase}
      onClose={onClose}
    >
      {t("erase.explain")}
    </ConfirmDialog>
  );
}
