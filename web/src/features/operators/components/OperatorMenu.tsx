import { ActionIcon, Menu, Text } from "@mantine/core";
import { IconDots, IconLock, IconLockOpen, IconPassword, IconUserCog } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Operator } from "../api/get-operators";
import { isLastAdministrator } from "../roles";
import { ChangeRole } from "./ChangeRole";
import { DisableOperator } from "./DisableOperator";
import { SetPassword } from "./SetPassword";
import { useOperatorChange } from "./use-operator-change";

interface Props {
  operator: Operator;
  isMe: boolean;
  all: readonly Operator[];
}

/** What can be changed of an operator; of oneself only the password, so that one is left. */
export function OperatorMenu({ operator, isMe, all }: Props) {
  const { t } = useTranslation("operators");
  const [asked, setAsked] = useState<"role" | "password" | "disable" | null>(null);
  const change = useOperatorChange(operator.name);
  const isLast = isLastAdministrator(operator, all);
  const close = () => setAsked(null);
  return (
    <>
      <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("actionsOn", { name: operator.name })}
          >
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown maw={280}>
          <Menu.Item
            leftSection={<IconUserCog size={16} />}
            disabled={isMe}
            onClick={() => setAsked("role")}
          >
            {t("role.action")}
            {isMe && <Text size="xs">{t("notYourself")}</Text>}
          </Menu.Item>
          <Menu.Item leftSection={<IconPassword size={16} />} onClick={() => setAsked("password")}>
            {t("password.action")}
          </Menu.Item>
          {operator.disabled_at === null ? (
            <Menu.Item
              color="red"
              leftSection={<IconLock size={16} />}
              disabled={isMe}
              onClick={() => setAsked("disable")}
            >
              {t("disable.action")}
            </Menu.Item>
          ) : (
            <Menu.Item
              leftSection={<IconLockOpen size={16} />}
              onClick={() => change.mutate({ disabled: false })}
            >
              {t("enable.action")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <ChangeRole operator={operator} isLast={isLast} opened={asked === "role"} onClose={close} />
      <SetPassword operator={operator} isMe={isMe} opened={asked === "password"} onClose={close} />
      <DisableOperator
        operator={operator}
        isLast={isLast}
        opened={asked === "disable"}
        onClose={close}
      />
    </>
  );
}
