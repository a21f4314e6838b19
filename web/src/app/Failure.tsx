import { useTranslation } from "react-i18next";
import { useRouteError } from "react-router";

import { ProblemAlert } from "@/components/ProblemAlert";
import { asProblem } from "@/lib/problem";

/** What stands in place of a page that failed, as one whose newer version was just installed. */
export function Failure() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <ProblemAlert
      problem={asProblem(error)}
      title={t("failure.title")}
      onRetry={() => window.location.reload()}
    />
  );
}
