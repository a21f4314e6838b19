import { Alert, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { ConfirmDialog } from "@/components/ConfirmDialog";

import type { Operator } from "../api/get-operators";
import { useOperatorChange } from "./use-operator-change";

interface Props {
  operator: Operator;
  /** Whether nobody would be left who can enable them again. */
  isLast: boolean;
  opened: boolean;
  onClose: () => void;
}

export function DisableOperator({ operator, isLast, opened, onClose }: Props) {
  const { t } = useTranslation("operators");
  const change = useOperatorChange(operator.name);
  return (
    <ConfirmDialog
      opened={opened}
      title={t("disable.title", { name: operator.name })}
      action={t("disable.action")}
      onConfirm={() => change.mutateAsync({ disabled: true })}
      onClose={onClose}
    >
      <Stack gap="sm">
        <p>{t("disable.consequence")}</p>
        {isLast && <Alert color="yellow">{t("lastAdmin")}</Alert>}
      </Stack>
    </ConfirmDialog>
  );
}
