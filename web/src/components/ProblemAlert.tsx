import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { ApiProblem } from "@/lib/problem";

interface Props {
  problem: ApiProblem;
  title?: string;
  onRetry?: () => void;
}

/** What went wrong, in words that say what to do; a reader of screens hears it at once. */
export function ProblemAlert({ problem, title, onRetry }: Props) {
  const { t, i18n } = useTranslation();
  const key = `problems.${problem.code}`;
  const known = i18n.exists(key) ? t(key as "problems.UNREACHABLE") : null;
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title={title ?? t("problems.title")}
      role="alert"
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{known ?? problem.detail}</Text>
        {/* The server's own words name the time already. */}
        {known !== null && problem.retryAfterS !== null && (
          <Text size="sm">{t("problems.retryAfter", { count: problem.retryAfterS })}</Text>
        )}
        {problem.requestId !== null && problem.status >= 500 && (
          <Text size="xs" c="dimmed" ff="monospace">
            {problem.requestId}
          </Text>
        )}
        {onRetry && (
          <Button size="xs" variant="light" color="red" onClick={onRetry}>
            {t("retry")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
