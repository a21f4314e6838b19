import { Badge, Card, Title } from "@mantine/core";
import { IconCheck, IconMinus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { Status } from "../api/get-status";
import classes from "../System.module.css";

const FEATURES = [
  "live",
  "passive",
  "face_sign_in",
  "adaptation",
  "wellbeing",
  "federation",
] as const;

/** What the server can do beside recognizing photos, and what switches it. */
export function Features({ features }: { features: Status["features"] }) {
  const { t } = useTranslation("system");
  return (
    <section>
      <Title order={2} fz="lg" mb="sm">
        {t("features.title")}
      </Title>
      <Card padding={0} component="ul" className={classes.features ?? ""}>
        {FEATURES.map((feature) => {
          const isOn = Boolean(features[feature]);
          const Icon = isOn ? IconCheck : IconMinus;
          return (
            <li key={feature} className={classes.feature}>
              <b>{t(`features.${feature}.name`)}</b>
              <Badge color={isOn ? "verdigris" : "gray"} leftSection={<Icon size={12} />}>
                {t(isOn ? "features.on" : "features.off")}
              </Badge>
              <span className={classes.switch}>{t(`features.${feature}.switch`)}</span>
            </li>
          );
        })}
      </Card>
    </section>
  );
}
