import { Anchor, Card, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { LivenessChecks } from "@/components/camera/LivenessChecks";
import { Outcome } from "@/components/Outcome";
import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import type { Identification } from "../api/identify";
import { FaceEvidence } from "../result/FaceEvidence";
import classes from "../result/Result.module.css";
import { Section } from "../result/Section";
import { Verdict } from "../result/Verdict";
import { Why } from "../result/Why";

type Match = Identification["matches"][number];

/** Who was found, and who else is nearly as alike. */
export function IdentificationResult({ answer }: { answer: Identification }) {
  const { t } = useTranslation("live");
  const maySeeScores = may(useSession(), "scores");
  return (
    <Card padding="xl">
      <Stack gap="lg">
        <Verdict
          accepted={answer.found}
          title={t(answer.found ? "identify.found" : "identify.notFound")}
        >
          <Why reason={answer.reason} />
        </Verdict>
        <Text size="sm" c="dimmed">
          {t("identify.checked", { count: answer.total_users_checked })}{" "}
          {!maySeeScores && t("result.hidden")}
        </Text>
        <Section title={t("identify.candidates")}>
          {answer.matches.length === 0 && <Text size="sm">{t("identify.none")}</Text>}
          <ol className={classes.matches}>
            {answer.matches.map((match) => (
              <MatchRow key={match.user_id} match={match} />
            ))}
          </ol>
        </Section>
        <Section title={t("life.title")}>
          <LivenessChecks liveness={answer.liveness} />
        </Section>
      </Stack>
    </Card>
  );
}

function MatchRow({ match }: { match: Match }) {
  return (
    <li className={classes.match}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Anchor component={Link} to={`/people/${encodeURIComponent(match.user_id)}`} fw={600}>
            {match.user_id}
          </Anchor>
          <Outcome accepted={match.accepted} />
        </Group>
        <FaceEvidence scores={match} accepted={match.accepted} />
      </Stack>
    </li>
  );
}
