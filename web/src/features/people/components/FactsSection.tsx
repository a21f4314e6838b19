import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Time } from "@/components/Time";
import { type Fact, FactList } from "@/components/person/FactList";
import { Section } from "@/components/person/Section";
import { formatCount, formatDay } from "@/lib/format";
import { useNow } from "@/lib/use-now";

import { lockStateOf } from "../lock-state";
import type { Person } from "./FoundPeople";
import { QualityMeter } from "./QualityMeter";

/** What is kept of a person's face, since when and until when. */
export function FactsSection({ person }: { person: Person }) {
  const { t, i18n } = useTranslation("people");
  const now = useNow();
  const count = (number: number) => formatCount(number, i18n.language);
  const { consent_at: agreedAt, expires_at: expiresAt } = person;
  const facts: Fact[] = [
    { name: t("facts.templates"), value: count(person.templates) },
    { name: t("facts.learned"), value: count(person.adapted_templates) },
    { name: t("facts.candidates"), value: count(person.candidate_templates) },
    { name: t("facts.quality"), value: <QualityMeter quality={person.avg_quality_score} /> },
    { name: t("facts.enrolled"), value: <Time at={person.enrolled_at} /> },
    { name: t("facts.purpose"), value: person.consent_purpose ?? t("facts.notNoted") },
    {
      name: t("facts.agreed"),
      value: agreedAt === null ? t("facts.notNoted") : <Time at={agreedAt} />,
    },
    {
      name: t("facts.erasedOn"),
      value: expiresAt === null ? t("facts.noTerm") : formatDay(new Date(expiresAt), i18n.language),
    },
  ];
  // Who was locked by an operator counts as having failed often enough.
  if (lockStateOf(person.locked_until, now) !== "forever") {
    facts.push({ name: t("facts.failed"), value: count(person.failed_attempts) });
  }
  return (
    <Section title={t("facts.title")}>
      <FactList facts={facts} />
      <Text size="sm" c="dimmed" mt="lg">
        {t("facts.noPhotos")}
      </Text>
    </Section>
  );
}
