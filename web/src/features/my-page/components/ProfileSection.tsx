import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { components } from "@/api/schema";
import { Time } from "@/components/Time";
import { type Fact, FactList } from "@/components/person/FactList";
import { Section } from "@/components/person/Section";
import { formatDay } from "@/lib/format";

export function ProfileSection({ me }: { me: components["schemas"]["SelfResult"] }) {
  const { t, i18n } = useTranslation("myPage");
  const unknown = t("profile.notNoted");
  const { consent_at: agreedAt, expires_at: expiresAt } = me;
  const facts: Fact[] = [
    { name: t("profile.id"), value: me.user_id },
    { name: t("profile.name"), value: me.name ?? unknown },
    { name: t("profile.role"), value: me.role ?? unknown },
    { name: t("profile.department"), value: me.department ?? unknown },
    { name: t("profile.enrolled"), value: <Time at={me.enrolled_at} /> },
  ];
  if (me.consent_purpose !== null) {
    facts.push({ name: t("profile.purpose"), value: me.consent_purpose });
  }
  if (agreedAt !== null) facts.push({ name: t("profile.agreed"), value: <Time at={agreedAt} /> });
  if (expiresAt !== null) {
    const day = formatDay(new Date(expiresAt), i18n.language);
    facts.push({ name: t("profile.until"), value: day });
  }
  return (
    <Section title={t("profile.title")} purpose={t("profile.wrong")}>
      <FactList facts={facts} />
      <Text size="sm" c="dimmed" mt="lg">
        {t("profile.keeps", { count: me.templates + me.adapted_templates })}
        {me.adapted_templates > 0 && t("profile.learned", { count: me.adapted_templates })}
        {". "}
        {t("profile.noPhotos")}
      </Text>
    </Section>
  );
}
