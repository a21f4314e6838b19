import { Group, Stack, Text, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconQuestionMark, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { components } from "@/api/schema";

import { formatScore } from "./format-score";
import classes from "./LivenessChecks.module.css";

type Liveness = components["schemas"]["LivenessResult"];
type Check = components["schemas"]["CheckResult"];

/** What was looked at besides the face, one by one, with what each would have needed. */
export function LivenessChecks({ liveness }: { liveness: Liveness }) {
  const { t } = useTranslation("live");
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t(`life.policy.${liveness.policy}`)}
      </Text>
      {liveness.checks.length > 0 && (
        <ul className={classes.list}>
          {liveness.checks.map((check) => (
            <CheckRow key={check.name} check={check} />
          ))}
        </ul>
      )}
    </Stack>
  );
}

function CheckRow({ check }: { check: Check }) {
  const { t, i18n } = useTranslation("live");
  const inWords = (score: number) => formatScore(score, i18n.language);
  const unmade = check.score === null && check.threshold !== null;
  const Icon = check.passed ? IconCheck : unmade ? IconQuestionMark : IconX;
  const outcome = check.passed ? "passed" : unmade ? "unmade" : "failed";
  return (
    <li className={classes.check} data-outcome={outcome}>
      <Group gap="xs" wrap="nowrap">
        <Icon size={16} stroke={2.4} aria-hidden className={classes.mark} />
        <span>{t(`life.check.${check.name}`)}</span>
      </Group>
      <span className={classes.score} data-numbers>
        {check.score !== null && check.threshold !== null ? (
          <>
            <VisuallyHidden>{t(`life.${outcome}`)}: </VisuallyHidden>
            {t("life.of", { score: inWords(check.score), threshold: inWords(check.threshold) })}
          </>
        ) : (
          t(`life.${outcome}`)
        )}
      </span>
    </li>
  );
}
