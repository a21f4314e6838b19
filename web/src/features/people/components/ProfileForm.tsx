import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { asProblem } from "@/lib/problem";

import { saveProfile } from "../save-profile";
import { useChange } from "../use-change";
import type { Person } from "./FoundPeople";

const LONGEST = { name: 128, role: 128, department: 64 } as const;

export function ProfileForm({ person, onDone }: { person: Person; onDone: () => void }) {
  const { t } = useTranslation(["people", "common"]);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: {
      name: person.name ?? "",
      role: person.role ?? "",
      department: person.department ?? "",
    },
  });
  const save = useChange(
    person.user_id,
    (profile: typeof form.values) => saveProfile(person, profile),
    t("profile.saved"),
  );
  return (
    <form onSubmit={form.onSubmit((profile) => save.mutate(profile, { onSuccess: onDone }))}>
      <Stack gap="sm">
        {(["name", "role", "department"] as const).map((word) => (
          <TextInput
            key={form.key(word)}
            label={t(`profile.${word}`)}
            maxLength={LONGEST[word]}
            autoComplete="off"
            data-autofocus={word === "name"}
            {...form.getInputProps(word)}
          />
        ))}
        {save.isError && <ProblemAlert problem={asProblem(save.error)} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" size="sm" onClick={onDone}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" size="sm" loading={save.isPending}>
            {t("common:save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
