import { Alert, Button, Checkbox, Code, CopyButton, Group, Stack, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { formatAbsolute } from "@/lib/format";

import type { NewKey as Made } from "../api/create-key";
import classes from "../Keys.module.css";

interface Props {
  made: Made;
  /** Until when the key before it is accepted, if there is one. */
  oldUntil?: Date | undefined;
  onStored: () => void;
}

/** A new key, which nobody can show again: it goes away only when told that it is stored. */
export function NewKey({ made, oldUntil, onStored }: Props) {
  const { t, i18n } = useTranslation("keys");
  const { t: common } = useTranslation();
  const [isStored, setStored] = useState(false);
  return (
    <Stack>
      <Alert color="yellow" title={t("shown.title")}>
        {t("shown.advice")}
      </Alert>
      <Code block className={classes.secret ?? ""} tabIndex={0} aria-label={t("shown.key")}>
        {made.key}
      </Code>
      <CopyButton value={made.key}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            onClick={copy}
            leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          >
            {common(copied ? "copied" : "copy")}
          </Button>
        )}
      </CopyButton>
      {oldUntil && (
        <Text size="sm">{t("rotate.until", { at: formatAbsolute(oldUntil, i18n.language) })}</Text>
      )}
      <Checkbox
        label={t("shown.stored")}
        checked={isStored}
        onChange={(event) => setStored(event.currentTarget.checked)}
      />
      <Group justify="flex-end">
        <Button disabled={!isStored} onClick={onStored}>
          {t("shown.done")}
        </Button>
      </Group>
    </Stack>
  );
}
