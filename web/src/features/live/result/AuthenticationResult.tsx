import { Card, Code, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { LivenessChecks } from "@/components/camera/LivenessChecks";
import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import type { Authentication } from "../api/authenticate";
import { AssertionCard } from "./AssertionCard";
import { FaceEvidence } from "./FaceEvidence";
import { Section } from "./Section";
import { Verdict } from "./Verdict";
import { Why } from "./Why";

/** What was decided on a claim, and why, check by check. */
export function AuthenticationResult({ answer }: { answer: Authentication }) {
  const { t } = useTranslation("live");
  const maySeeScores = may(useSession(), "scores");
  const { authenticated } = answer;
  return (
    <Card padding="xl">
      <Stack gap="lg">
        <Verdict
          accepted={authenticated}
          title={t(authenticated ? "result.acceptedTitle" : "result.refusedTitle")}
        >
          <Why reason={answer.reason} />
        </Verdict>
        {!maySeeScores && (
          <Text size="sm" c="dimmed">
            {t("result.hidden")}
          </Text>
        )}
        <Section title={t("life.title")}>
          <LivenessChecks liveness={answer.liveness} />
        </Section>
        {answer.false_match_rate !== null && (
          <Section title={t("face.title")}>
            <FaceEvidence scores={answer} accepted={authenticated} />
          </Section>
        )}
        {answer.assertion != null && (
          <Section title={t("assertion.title")}>
            <AssertionCard assertion={answer.assertion} />
          </Section>
        )}
        <Group gap="xs" c="dimmed">
          <Text size="xs">{t("result.attempt")}</Text>
          <Code fz={11}>{answer.attempt_id}</Code>
        </Group>
      </Stack>
    </Card>
  );
}
