import { Blockquote, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { asProblem } from "@/lib/problem";

import { ConfirmDialog } from "../ConfirmDialog";
import { ProblemAlert } from "../ProblemAlert";
import type { Consent } from "./ConsentSwitches";
import type { Voice } from "./voice";

interface Props {
  consent: Consent;
  voice: Voice;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before consent is noted, in the words of whoever runs the server, or taken back. */
export function ConsentDialog({ consent, voice, onConfirm, onClose }: Props) {
  const { t } = useTranslation("person");
  if (consent.given_at === null) {
    return <GiveDialog consent={consent} voice={voice} onConfirm={onConfirm} onClose={onClose} />;
  }
  return (
    <ConfirmDialog
      opened
      title={t(`consents.${voice}.withdrawTitle`)}
      action={t("consents.withdraw")}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      {t(`consents.erases.${consent.purpose}`)}
    </ConfirmDialog>
  );
}

function GiveDialog({ consent, voice, onConfirm, onClose }: Props) {
  const { t } = useTranslation(["person", "common"]);
  const give = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
  return (
    <Modal opened onClose={onClose} title={t(`consents.${voice}.giveTitle`)}>
      <Stack>
        <Text size="sm">{t(`consents.${voice}.${consent.purpose}`)}</Text>
        <Text size="sm">{t(`consents.${voice}.giveExplain`)}</Text>
        <div>
          <Text size="sm" fw={550}>
            {t("consents.told")}
          </Text>
          <Blockquote color="verdigris" p="md" mt="xs" fz="sm">
            {consent.stated}
          </Blockquote>
        </div>
        {give.isError && <ProblemAlert problem={asProblem(give.error)} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button loading={give.isPending} onClick={() => give.mutate()}>
            {t(`consents.${voice}.give`)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
