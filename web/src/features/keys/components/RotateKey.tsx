import { Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { asProblem } from "@/lib/problem";

import { type ApiKey, getKeys } from "../api/get-keys";
import { rotateKey } from "../api/rotate-key";
import { OVERLAPS } from "../choices";
import { NewKey } from "./NewKey";

interface Props {
  about: ApiKey;
  opened: boolean;
  onClose: () => void;
}

/** Makes the next key, so that the program has time to change over to it. */
export function RotateKey({ about, opened, onClose }: Props) {
  const { t } = useTranslation(["keys", "common"]);
  const client = useQueryClient();
  const [overlap, setOverlap] = useState<string>("24");
  const rotate = useMutation({ mutationFn: () => rotateKey(about.key_id, Number(overlap)) });
  const isShown = rotate.data !== undefined;

  function close() {
    onClose();
    rotate.reset();
    // Not before: the old key would leave the list, and take this dialog with it.
    if (isShown) void client.invalidateQueries({ queryKey: getKeys.queryKey });
  }

  return (
    <Modal
      opened={opened}
      onClose={close}
      title={isShown ? t("shown.heading") : t("rotate.title", { label: about.label })}
      closeOnClickOutside={!isShown}
      closeOnEscape={!isShown}
      withCloseButton={!isShown}
    >
      {rotate.data ? (
        <NewKey
          made={rotate.data}
          oldUntil={new Date(rotate.submittedAt + Number(overlap) * 3_600_000)}
          onStored={close}
        />
      ) : (
        <Stack>
          <Text size="sm">{t("rotate.explanation")}</Text>
          <Select
            label={t("rotate.overlap")}
            data={OVERLAPS.map((value) => ({ value, label: t(`overlaps.${value}`) }))}
            value={overlap}
            onChange={(value) => setOverlap(value ?? "24")}
            allowDeselect={false}
          />
          {rotate.isError && <ProblemAlert problem={asProblem(rotate.error)} />}
          <Group justify="flex-end">
            <Button loading={rotate.isPending} onClick={() => rotate.mutate()}>
              {t("rotate.submit")}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
