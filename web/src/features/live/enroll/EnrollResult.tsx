import { Alert, Anchor, Button, Card, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { ProblemAlert } from "@/components/ProblemAlert";

import { Section } from "../result/Section";
import { Verdict } from "../result/Verdict";
import type { Enrolled } from "./enroll-person";
import { Samples } from "./Samples";

/** What became of an enrollment, picture by picture, and who looks like the same person. */
export function EnrollResult({ enrolled, onNext }: { enrolled: Enrolled; onNext: () => void }) {
  const { t } = useTranslation("live");
  const { enrollment, problem } = enrolled;
  return (
    <Card padding="xl" maw={640} mx="auto">
      <Stack gap="lg">
        <Verdict accepted title={t("enroll.doneTitle")}>
          {t("enroll.done", { userId: enrollment.user_id })}
        </Verdict>
        {problem !== null && <ProblemAlert problem={problem} title={t("enroll.detailsFailed")} />}
        {enrollment.possible_duplicates.length > 0 && (
          <Alert color="yellow" title={t("enroll.duplicates")}>
            <Stack gap="xs">
              <Text size="sm">{t("enroll.duplicatesAdvice")}</Text>
              <Group gap="md">
                {enrollment.possible_duplicates.map((userId) => (
                  <PersonLink key={userId} userId={userId} label={userId} />
                ))}
              </Group>
            </Stack>
          </Alert>
        )}
        <Section title={t("enroll.samples", { count: enrollment.valid_samples })}>
          <Samples samples={enrollment.samples} />
        </Section>
        <Group>
          <Button onClick={onNext}>{t("enroll.another")}</Button>
          <PersonLink userId={enrollment.user_id} label={t("enroll.open")} />
        </Group>
      </Stack>
    </Card>
  );
}

function PersonLink({ userId, label }: { userId: string; label: string }) {
  return (
    <Anchor component={Link} to={`/people/${encodeURIComponent(userId)}`}>
      {label}
    </Anchor>
  );
}
