import { Collapse, Group, Stack, TextInput, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { Person } from "./enroll-person";

interface Props {
  person: Person;
  onChange: (person: Person) => void;
}

/** Who is enrolled, and what they agreed to. */
export function PersonForm({ person, onChange }: Props) {
  const { t } = useTranslation("live");
  const [opened, { toggle }] = useDisclosure();
  const Chevron = opened ? IconChevronDown : IconChevronRight;
  const field = (name: keyof Person, maxLength: number) => ({
    value: person[name],
    maxLength,
    autoComplete: "off",
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      onChange({ ...person, [name]: event.currentTarget.value }),
  });
  return (
    <Stack gap="sm">
      <TextInput label={t("userId")} required {...field("userId", 128)} />
      <TextInput
        label={t("enroll.purpose")}
        description={t("enroll.purposeAdvice")}
        {...field("purpose", 256)}
      />
      <UnstyledButton onClick={toggle} aria-expanded={opened}>
        <Group gap={6} fz="sm" fw={550}>
          <Chevron size={16} aria-hidden />
          {t("enroll.more")}
        </Group>
      </UnstyledButton>
      <Collapse expanded={opened}>
        <Stack gap="sm">
          <TextInput label={t("enroll.name")} {...field("name", 128)} />
          <TextInput label={t("enroll.role")} {...field("role", 128)} />
          <TextInput label={t("enroll.department")} {...field("department", 64)} />
        </Stack>
      </Collapse>
    </Stack>
  );
}
