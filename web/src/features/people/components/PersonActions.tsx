import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots, IconDownload, IconLock, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "@/components/ConfirmDialog";
import { saveFile } from "@/lib/save-file";
import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";
import { useNow } from "@/lib/use-now";

import { exportPerson } from "../api/export-person";
import { lockPerson } from "../api/lock-person";
import { lockStateOf } from "../lock-state";
import { useChange } from "../use-change";
import { EraseDialog } from "./EraseDialog";
import type { Person } from "./FoundPeople";

/** What only an administrator may do: lock, export, erase. */
export function PersonActions({ person }: { person: Person }) {
  const { user_id: userId, locked_until: lockedUntil } = person;
  const { t } = useTranslation("people");
  const [asked, setAsked] = useState<"lock" | "erase" | null>(null);
  const isLocked = lockStateOf(lockedUntil, useNow()) === "forever";
  const lock = useChange(userId, () => lockPerson(userId), t("lock.done", { user: userId }));
  const download = useChange(
    userId,
    async () => {
      const data = await exportPerson(userId);
      saveFile(`${userId}.json`, JSON.stringify(data, null, 2), "application/json");
    },
    t("export.done", { user: userId }),
  );
  if (!may(useSession(), "admin")) return null;
  return (
    <>
      {!isLocked && (
        <Button
          variant="default"
          leftSection={<IconLock size={16} />}
          onClick={() => setAsked("lock")}
        >
          {t("lock.action")}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t("more")}
            loading={download.isPending}
          >
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => download.mutate()}>
            {t("export.action")}
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} />}
            onClick={() => setAsked("erase")}
          >
            {t("erase.menu")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={asked === "lock"}
        title={t("lock.title", { user: userId })}
        action={t("lock.action")}
        onConfirm={() => lock.mutateAsync()}
        onClose={() => setAsked(null)}
      >
        {t("lock.explain")}
      </ConfirmDialog>
      <EraseDialog userId={userId} opened={asked === "erase"} onClose={() => setAsked(null)} />
    </>
  );
}
