import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

import { asProblem } from "@/lib/problem";

import { ProblemAlert } from "./ProblemAlert";

interface Props {
  opened: boolean;
  title: string;
  /** What will happen, and whether it can be undone. */
  children: ReactNode;
  action: string;
  /** Has to be typed before anything happens: for what cannot be undone. */
  typed?: string;
  /** The dialog stays, and shows what went wrong, when it throws. */
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something happens that is hard to undo. */
export function ConfirmDialog({ opened, title, children, action, typed, ...on }: Props) {
  const { t } = useTranslation();
  const [written, setWritten] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  function close() {
    setWritten("");
    setError(null);
    on.onClose();
  }

  async function confirm() {
    setBusy(true);
    try {
      await on.onConfirm();
      close();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Modal opened={opened} onClose={close} title={title}>
      <Stack>
        <Text size="sm" component="div">
          {children}
        </Text>
        {typed !== undefined && (
          <TextInput
            label={t("confirm.type", { typed })}
            value={written}
            onChange={(event) => setWritten(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
        )}
        {error !== null && <ProblemAlert problem={asProblem(error)} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("cancel")}
          </Button>
          <Button
            color="red"
            loading={busy}
            disabled={typed !== undefined && written !== typed}
            onClick={() => void confirm()}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
