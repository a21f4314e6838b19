import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { asProblem } from "@/lib/problem";

import { type OperatorChange, changeOperator } from "../api/change-operator";
import { getOperators } from "../api/get-operators";

/** Changes an operator, and says so. */
export function useOperatorChange(name: string) {
  const { t } = useTranslation("operators");
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: OperatorChange) => changeOperator(name, change),
    onSuccess: () => {
      notifications.show({ message: t("changed", { name }) });
      return client.invalidateQueries({ queryKey: getOperators.queryKey });
    },
    onError: (error) =>
      notifications.show({
        color: "red",
        title: t("notChanged", { name }),
        message: asProblem(error).detail,
      }),
  });
}
