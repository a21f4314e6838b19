import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { asProblem } from "@/lib/problem";

import type { useOwnChange } from "../use-own-change";

const LONGEST_NOTE = 1000;

interface Props {
  ask: ReturnType<typeof useOwnChange<string>>;
  onClose: () => void;
}

export function ErasureDialog({ ask, onClose }: Props) {
  const { t } = useTranslation(["myPage", "common"]);
  const [note, setNote] = useState("");
  return (
    <Modal opened onClose={onClose} title={t("erasure.confirmTitle")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate(note.trim(), { onSuccess: onClose });
        }}
      >
        <Stack>
          <Text size="sm">{t("erasure.purpose")}</Text>
          <Textarea
            label={t("erasure.note")}
            description={t("erasure.noteAdvice")}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            maxLength={LONGEST_NOTE}
            required
            rows={4}
            data-autofocus
          />
          {ask.isError && <ProblemAlert problem={asProblem(ask.error)} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t("common:cancel")}
            </Button>
            <Button type="submit" color="red" loading={ask.isPending} disabled={note.trim() === ""}>
              {t("erasure.send")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
