import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { asProblem } from "@/lib/problem";

import { type NewOperator, addOperator } from "../api/add-operator";
import { getOperators } from "../api/get-operators";
import { isAllowed } from "../password";
import { NewPassword } from "./NewPassword";
import { RoleChoice } from "./RoleChoice";

interface Props {
  opened: boolean;
  onClose: () => void;
}

const NOBODY: NewOperator = { name: "", role: "operator", password: "" };

export function AddOperator({ opened, onClose }: Props) {
  const { t } = useTranslation(["operators", "common"]);
  const client = useQueryClient();
  const [wanted, setWanted] = useState(NOBODY);
  const add = useMutation({
    mutationFn: addOperator,
    onSuccess: ({ name }) => {
      notifications.show({ message: t("add.done", { name }) });
      close();
      return client.invalidateQueries({ queryKey: getOperators.queryKey });
    },
  });
  const isReady = wanted.name.trim() !== "" && isAllowed(wanted.password, wanted.name);

  function close() {
    setWanted(NOBODY);
    add.reset();
    onClose();
  }

  return (
    <Modal opened={opened} onClose={close} title={t("add.title")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate(wanted);
        }}
      >
        <Stack gap="lg">
          <TextInput
            label={t("fields.name")}
            description={t("add.nameAdvice")}
            autoComplete="off"
            autoCapitalize="none"
            maxLength={64}
            withAsterisk
            data-autofocus
            value={wanted.name}
            onChange={(event) => setWanted({ ...wanted, name: event.currentTarget.value })}
          />
          <RoleChoice value={wanted.role} onChange={(role) => setWanted({ ...wanted, role })} />
          <NewPassword
            value={wanted.password}
            onChange={(password) => setWanted({ ...wanted, password })}
            name={wanted.name}
          />
          {add.isError && <ProblemAlert problem={asProblem(add.error)} />}
          <Group justify="flex-end">
            <Button type="submit" disabled={!isReady} loading={add.isPending}>
              {t("add.submit")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
