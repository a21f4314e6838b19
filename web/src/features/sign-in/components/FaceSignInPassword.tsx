import { Alert, Button, PasswordInput, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { asProblem } from "@/lib/problem";

import { selfPassword } from "../api/self-password";

/** A password in place of a face. */
export function FaceSignInPassword({ userId }: { userId: string }) {
  const { t } = useTranslation("signIn");
  const [password, setPassword] = useState("");
  const signIn = useMutation({ mutationFn: () => selfPassword(userId, password) });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate();
      }}
    >
      <Stack>
        <PasswordInput
          label={t("face.password")}
          description={t("face.passwordAdvice")}
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {signIn.data?.signed_in === false && (
          <Alert color="red" role="alert">
            {t("face.passwordWrong")}
          </Alert>
        )}
        {signIn.isError && <ProblemAlert problem={asProblem(signIn.error)} />}
        <Button type="submit" size="md" disabled={userId === ""} loading={signIn.isPending}>
          {t("submit")}
        </Button>
      </Stack>
    </form>
  );
}
