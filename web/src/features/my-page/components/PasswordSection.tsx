import { Button, PasswordInput, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { Section } from "@/components/person/Section";
import { asProblem } from "@/lib/problem";

import { setPassword } from "../api/set-password";
import { useOwnChange } from "../use-own-change";

const SHORTEST = 15;

export function PasswordSection({ userId, hasPassword }: { userId: string; hasPassword: boolean }) {
  const { t } = useTranslation("myPage");
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { password: "" },
    validate: { password: (written) => tooShort(Array.from(written).length) },
  });
  const set = useOwnChange(setPassword, t("password.done"));

  function tooShort(length: number): string | null {
    return length < SHORTEST ? t("password.tooShort", { count: SHORTEST - length }) : null;
  }

  return (
    <Section title={t("password.title")} purpose={t("password.purpose")}>
      <form
        onSubmit={form.onSubmit(({ password }) =>
          set.mutate(password, { onSuccess: () => form.reset() }),
        )}
      >
        <Stack gap="sm" align="flex-start">
          {hasPassword && <Text size="sm">{t("password.has")}</Text>}
          {/* For whoever keeps passwords: whose it is. */}
          <input type="text" autoComplete="username" value={userId} readOnly hidden />
          <PasswordInput
            w="100%"
            label={t("password.label")}
            description={t("password.advice")}
            autoComplete="new-password"
            key={form.key("password")}
            {...form.getInputProps("password")}
          />
          {set.isError && <ProblemAlert problem={asProblem(set.error)} />}
          <Button type="submit" variant="light" loading={set.isPending}>
            {t("password.set")}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}
