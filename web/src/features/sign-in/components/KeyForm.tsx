import { Button, PasswordInput, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { ApiProblem, asProblem } from "@/lib/problem";
import { beginSession } from "@/lib/session/store";

import { signInWithKey } from "../api/sign-in-with-key";

export function KeyForm() {
  const { t } = useTranslation("signIn");
  const form = useForm({ mode: "uncontrolled", initialValues: { key: "" } });
  const signIn = useMutation({
    mutationFn: ({ key }: typeof form.values) => signInWithKey(key.trim()),
    onSuccess: beginSession,
  });
  return (
    <form onSubmit={form.onSubmit((values) => signIn.mutate(values))}>
      <Stack>
        <PasswordInput
          label={t("key")}
          description={t("keyAdvice")}
          autoComplete="off"
          required
          withAsterisk={false}
          key={form.key("key")}
          {...form.getInputProps("key")}
        />
        {signIn.isError && <ProblemAlert problem={inWords(signIn.error, t("keyUnknown"))} />}
        <Button type="submit" size="md" loading={signIn.isPending}>
          {t("submit")}
        </Button>
      </Stack>
    </form>
  );
}

function inWords(error: unknown, unknown: string): ApiProblem {
  const problem = asProblem(error);
  return problem.status === 401 ? new ApiProblem("UNKNOWN_API_KEY", 401, unknown) : problem;
}
