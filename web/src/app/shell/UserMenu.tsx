import { ActionIcon, Group, Menu, Stack, Text } from "@mantine/core";
import { IconDots, IconLogout } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { PreferenceItems } from "@/components/PreferenceItems";
import type { KeySession, OperatorSession } from "@/lib/session/session";
import { signOut } from "@/lib/session/sign-out";

/** Who is signed in; colors, language, and the way out. */
export function UserMenu({ session }: { session: OperatorSession | KeySession }) {
  const { t } = useTranslation();
  return (
    <Group justify="space-between" wrap="nowrap" px="xs" pt="md">
      <Stack gap={0} miw={0}>
        <Text size="sm" fw={550} truncate>
          {session.name}
        </Text>
        <Text size="xs" c="dimmed">
          {session.kind === "operator" ? t(`roles.${session.role}` as "roles.admin") : t("withKey")}
        </Text>
      </Stack>
      <Menu position="top-end" withArrow>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t("menu.user")}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <PreferenceItems />
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
            {t("signOut")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
