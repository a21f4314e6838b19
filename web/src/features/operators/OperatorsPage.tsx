import { Alert, Button, Card, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle, IconPlus, IconUsersGroup } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { EmptyState } from "@/components/EmptyState";
import { Loaded } from "@/components/Loaded";
import { PageHeader } from "@/components/PageHeader";

import { type Operator, getOperators } from "./api/get-operators";
import { AddOperator } from "./components/AddOperator";
import { OperatorRow } from "./components/OperatorRow";
import { enabledAdministrators } from "./roles";

/** The people who work with the server. */
export function OperatorsPage() {
  const { t } = useTranslation("operators");
  const query = useQuery(getOperators);
  const [isAdding, { open, close }] = useDisclosure();
  return (
    <>
      <PageHeader title={t("title")} purpose={t("purpose")}>
        <Button leftSection={<IconPlus size={18} />} onClick={open}>
          {t("add.action")}
        </Button>
      </PageHeader>
      <Loaded query={query} height={360}>
        {({ operators }) => <Operators operators={operators} />}
      </Loaded>
      <AddOperator opened={isAdding} onClose={close} />
    </>
  );
}

function Operators({ operators }: { operators: readonly Operator[] }) {
  const { t } = useTranslation("operators");
  if (operators.length === 0) {
    return <EmptyState icon={IconUsersGroup} title={t("none.title")} advice={t("none.advice")} />;
  }
  return (
    <Stack gap="lg">
      {enabledAdministrators(operators).length === 1 && (
        <Alert color="yellow" icon={<IconAlertTriangle size={18} />} title={t("oneAdmin.title")}>
          {t("oneAdmin.advice")}
        </Alert>
      )}
      <Card padding={0} component="ul" m={0}>
        {operators.map((operator) => (
          <OperatorRow key={operator.name} operator={operator} all={operators} />
        ))}
      </Card>
    </Stack>
  );
}
