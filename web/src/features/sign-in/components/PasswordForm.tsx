import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { ApiProblem, asProblem } from "@/lib/problem";
import { beginSession } from "@/lib/session/store";

import { signInWithPassword } from "../api/sign-in-with-password";

export function PasswordForm() {
  const { t } = useTranslation("signIn");
  const form = useForm({ mode: "uncontrolled", initialValues: { name: "", password: "" } });
  const signIn = useMutation({
    mutationFn: ({ name, password }: typeof form.values) => signInWithPassword(name, password),
    onSuccess: beginSession,
  });
  return (
    <form onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
      <Stack>
        <TextInput
          label={t("name")}
          autoComplete="username"
          required
          withAsterisk={false}
          key={form.key("name")}
          {...form.getInputProps("name")}
        />
        <PasswordInput
          label={t("password")}
          autoComplete="current-password"
          required
          withAsterisk={false}
          key={form.key("password")}
          {...form.getInputProps("password")}
        />
        {signIn.isError && <ProblemAlert problem={inWords(signIn.error, t("wrong"))} />}
        <Button type="submit" size="md" loading={signIn.isPending}>
          {t("submit")}
        </Button>
      </Stack>
    </form>
  );
}

function inWords(error: unknown, wrong: string): ApiProblem {
  const problem = asProblem(error);
  return problem.status === 401 ? new ApiProblem("WRONG_PASSWORD", 401, wrong) : problem;
}
