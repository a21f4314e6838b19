import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Operator } from "../api/get-operators";
import { RoleChoice } from "./RoleChoice";
import { useOperatorChange } from "./use-operator-change";

interface Props {
  operator: Operator;
  isLast: boolean;
  opened: boolean;
  onClose: () => void;
}

export function ChangeRole({ operator, isLast, opened, onClose }: Props) {
  const { t } = useTranslation(["operators", "common"]);
  const [role, setRole] = useState(operator.role);
  const change = useOperatorChange(operator.name);
  return (
    <Modal opened={opened} onClose={onClose} title={t("role.title", { name: operator.name })}>
      <Stack>
        <RoleChoice value={role} onChange={setRole} />
        <Text size="sm" c="dimmed">
          {t("role.consequence")}
        </Text>
        {isLast && role !== "admin" && <Alert color="yellow">{t("lastAdmin")}</Alert>}
        <Group justify="flex-end">
          <Button
            disabled={role === operator.role}
            loading={change.isPending}
            onClick={() => change.mutate({ role }, { onSuccess: onClose })}
          >
            {t("role.submit")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
