import { ActionIcon, Button, Group, Menu } from "@mantine/core";
import { IconAdjustmentsHorizontal, IconLogout } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Brand } from "@/components/Brand";
import { PreferenceItems } from "@/components/PreferenceItems";
import { signOut } from "@/lib/session/sign-out";

import classes from "./Frame.module.css";

/** The frame of a page of one's own: nothing to navigate, a way to settings, a way out. */
export function Frame({ children }: { children: ReactNode }) {
  const { t } = useTranslation(["myPage", "common"]);
  return (
    <div className={classes.frame}>
      <header className={classes.header}>
        <Brand />
        <Group gap="xs" wrap="nowrap">
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" size={36} aria-label={t("settings")}>
                <IconAdjustmentsHorizontal size={20} stroke={1.6} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <PreferenceItems />
            </Menu.Dropdown>
          </Menu>
          <Button
            variant="default"
            leftSection={<IconLogout size={16} />}
            onClick={() => void signOut()}
          >
            {t("common:signOut")}
          </Button>
        </Group>
      </header>
      <main>{children}</main>
    </div>
  );
}
