import { Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { createKey } from "../api/create-key";
import { getKeys } from "../api/get-keys";
import { KeyForm } from "./KeyForm";
import { NewKey } from "./NewKey";

interface Props {
  opened: boolean;
  onClose: () => void;
}

/** First what the key is for, then the key. */
export function CreateKey({ opened, onClose }: Props) {
  const { t } = useTranslation(["keys", "common"]);
  const client = useQueryClient();
  const create = useMutation({
    mutationFn: createKey,
    onSuccess: () => client.invalidateQueries({ queryKey: getKeys.queryKey }),
  });
  const isShown = create.data !== undefined;

  function close() {
    onClose();
    create.reset();
  }

  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t(isShown ? "shown.heading" : "create.title")}
      size="lg"
      // A key that is shown once is not lost by a click beside it.
      closeOnClickOutside={!isShown}
      closeOnEscape={!isShown}
      withCloseButton={!isShown}
    >
      {create.data ? (
        <NewKey made={create.data} onStored={close} />
      ) : (
        <KeyForm
          isBusy={create.isPending}
          error={create.error}
          onSubmit={(wanted) => create.mutate(wanted)}
        />
      )}
    </Modal>
  );
}
