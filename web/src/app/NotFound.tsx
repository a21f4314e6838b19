import { Button } from "@mantine/core";
import { IconMapQuestion } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { EmptyState } from "@/components/EmptyState";

export function Component() {
  const { t } = useTranslation();
  return (
    <EmptyState
      alone
      icon={IconMapQuestion}
      title={t("notFound.title")}
      advice={t("notFound.advice")}
    >
      <Button component={Link} to="/" variant="light">
        {t("notFound.home")}
      </Button>
    </EmptyState>
  );
}
