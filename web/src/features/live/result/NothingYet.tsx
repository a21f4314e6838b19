import { Card } from "@mantine/core";
import { IconScan } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { EmptyState } from "@/components/EmptyState";

export function NothingYet() {
  const { t } = useTranslation("live");
  return (
    <Card padding="xl">
      <EmptyState icon={IconScan} title={t("result.empty")} advice={t("result.emptyAdvice")} />
    </Card>
  );
}
