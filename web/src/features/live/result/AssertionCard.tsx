import { Button, CopyButton, Stack, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import classes from "./Result.module.css";
import { claimsOf } from "./claims";

/** What the server signed for the relying application of the API key. */
export function AssertionCard({ assertion }: { assertion: string }) {
  const { t } = useTranslation("live");
  const claims = claimsOf(assertion);
  return (
    <Stack gap="xs" align="flex-start">
      <Text size="sm" c="dimmed">
        {t("assertion.about", { audience: String(claims.aud) })}
      </Text>
      <pre className={classes.claims} aria-label={t("assertion.claims")} tabIndex={0}>
        {JSON.stringify(claims, null, 2)}
      </pre>
      <CopyButton value={assertion}>
        {({ copied, copy }) => (
          <Button
            size="xs"
            variant="default"
            leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            onClick={copy}
          >
            {copied ? t("copied", { ns: "common" }) : t("assertion.copy")}
          </Button>
        )}
      </CopyButton>
    </Stack>
  );
}
