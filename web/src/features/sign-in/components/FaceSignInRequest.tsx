import { Button, Stack, Text, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { asProblem } from "@/lib/problem";

import { selfRequest } from "../api/self-request";

const LONGEST_NOTE = 1000;

interface Props {
  userId: string;
  onTicket: (ticket: string) => void;
}

/** A request to operators, for when neither face nor password will do. */
export function FaceSignInRequest({ userId, onTicket }: Props) {
  const { t } = useTranslation("signIn");
  const [note, setNote] = useState("");
  const ask = useMutation({
    mutationFn: () => selfRequest(userId, note.trim()),
    onSuccess: onTicket,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        ask.mutate();
      }}
    >
      <Stack>
        <Text size="sm">{t("face.explain")}</Text>
        <Textarea
          label={t("face.note")}
          description={t("face.noteAdvice")}
          required
          autosize
          minRows={3}
          maxLength={LONGEST_NOTE}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {ask.isError && <ProblemAlert problem={asProblem(ask.error)} />}
        <Button
          type="submit"
          size="md"
          disabled={userId === "" || note.trim() === ""}
          loading={ask.isPending}
        >
          {t("face.send")}
        </Button>
      </Stack>
    </form>
  );
}
