import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { asProblem } from "@/lib/problem";

import { changeOperator } from "../api/change-operator";
import type { Operator } from "../api/get-operators";
import { isAllowed } from "../password";
import { NewPassword } from "./NewPassword";

interface Props {
  operator: Operator;
  isMe: boolean;
  opened: boolean;
  onClose: () => void;
}

export function SetPassword({ operator, isMe, opened, onClose }: Props) {
  const { t } = useTranslation(["operators", "common"]);
  const [password, setPassword] = useState("");
  const change = useMutation({
    mutationFn: () => changeOperator(operator.name, { password }),
    onSuccess: () => {
      notifications.show({ message: t("password.done", { name: operator.name }) });
      close();
    },
  });

  function close() {
    setPassword("");
    change.reset();
    onClose();
  }

  return (
    <Modal opened={opened} onClose={close} title={t("password.title", { name: operator.name })}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <Stack>
          <NewPassword value={password} onChange={setPassword} name={operator.name} />
          {isMe ? (
            <Alert color="yellow">{t("password.mine")}</Alert>
          ) : (
            <Text size="sm" c="dimmed">
              {t("password.consequence")}
            </Text>
          )}
          {change.isError && <ProblemAlert problem={asProblem(change.error)} />}
          <Group justify="flex-end">
            <Button
              type="submit"
              disabled={!isAllowed(password, operator.name)}
              loading={change.isPending}
            >
              {t("password.submit")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
