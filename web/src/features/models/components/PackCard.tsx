import { Card, Group, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { CopyText } from "@/components/CopyText";

import type { Models } from "../api/get-models";
import classes from "../Models.module.css";

/** The models that run together, why these, and what their templates are comparable with. */
export function PackCard({ models }: { models: Models }) {
  const { t } = useTranslation("models");
  return (
    <Card component="section" aria-labelledby="pack">
      <Text size="sm" c="dimmed">
        {t("pack.label")}
      </Text>
      <Group gap="sm" align="baseline">
        <Title order={2} fz={26} id="pack">
          {models.pack}
        </Title>
        <Text size="sm" c="dimmed">
          {models.pack_reason}
        </Text>
      </Group>
      <dl className={classes.facts}>
        <dt>{t("pack.contract")}</dt>
        <dd>
          <CopyText text={models.contract} label={t("pack.contract")} />
          <Text size="xs" c="dimmed">
            {t("pack.contractMeaning")}
          </Text>
        </dd>
        <dt>{t("pack.calibration")}</dt>
        <dd>{models.calibration}</dd>
      </dl>
    </Card>
  );
}
