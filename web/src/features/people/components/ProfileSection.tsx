import { Button, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { FactList } from "@/components/person/FactList";
import { Section } from "@/components/person/Section";
import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import type { Person } from "./FoundPeople";
import { ProfileForm } from "./ProfileForm";

const WORDS = ["name", "role", "department"] as const;

export function ProfileSection({ person }: { person: Person }) {
  const { t } = useTranslation("people");
  const session = useSession();
  const [isEdited, setEdited] = useState(false);
  return (
    <Section
      title={t("profile.title")}
      actions={
        may(session, "enroll") &&
        !isEdited && (
          <Button variant="default" size="xs" onClick={() => setEdited(true)}>
            {t("profile.edit")}
          </Button>
        )
      }
    >
      {isEdited ? (
        <ProfileForm person={person} onDone={() => setEdited(false)} />
      ) : (
        <FactList
          facts={WORDS.map((word) => ({
            name: t(`profile.${word}`),
            value: person[word] ?? t("profile.none"),
          }))}
        />
      )}
      <Text size="sm" c="dimmed" mt="md">
        {t("profile.note")}
      </Text>
    </Section>
  );
}
