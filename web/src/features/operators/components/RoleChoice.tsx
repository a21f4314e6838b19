import { Radio, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Role } from "../api/get-operators";
import { ROLES } from "../roles";

interface Props {
  value?: Role;
  onChange?: (role: Role) => void;
}

/** The roles, and what each is trusted with. */
export function RoleChoice({ value, onChange }: Props) {
  const { t } = useTranslation("operators");
  const { t: common } = useTranslation();
  return (
    <Radio.Group
      label={t("fields.role")}
      {...(value !== undefined && { value })}
      onChange={(chosen) => onChange?.(ROLES.find((role) => role === chosen) ?? "auditor")}
    >
      <Stack gap="sm" mt="xs">
        {ROLES.map((role) => (
          <Radio
            key={role}
            value={role}
            label={common(`roles.${role}`)}
            description={t(`roles.${role}`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
