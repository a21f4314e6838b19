import { SegmentedControl, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import type { Authentication } from "../api/authenticate";
import { AuthenticationResult } from "../result/AuthenticationResult";
import { NothingYet } from "../result/NothingYet";
import { Sides } from "../Sides";
import { VerifyLive } from "./VerifyLive";
import { VerifyPhoto } from "./VerifyPhoto";

const SOURCES = { live: VerifyLive, photo: VerifyPhoto } as const;
type Source = keyof typeof SOURCES;

export interface VerifyProps {
  /** Who it is said to be; empty as long as nobody was named. */
  userId: string;
  /** Null when another attempt begins. */
  onAnswer: (answer: Authentication | null) => void;
}

/** Is it the one who they say they are (1:1)? */
export function VerifyTab() {
  const { t } = useTranslation("live");
  const [search] = useSearchParams();
  const [userId, setUserId] = useState(search.get("user_id") ?? "");
  const [source, setSource] = useState<Source>("live");
  const [answer, setAnswer] = useState<Authentication | null>(null);
  const Shown = SOURCES[source];
  return (
    <Sides
      shown={
        <Stack>
          <TextInput
            label={t("userId")}
            description={t("userIdAdvice")}
            value={userId}
            maxLength={128}
            autoComplete="off"
            onChange={(event) => setUserId(event.currentTarget.value)}
          />
          <SegmentedControl
            aria-label={t("source.name")}
            value={source}
            onChange={(chosen) => {
              setSource(chosen);
              setAnswer(null);
            }}
            data={(["live", "photo"] as const).map((value) => ({
              value,
              label: t(`source.${value}`),
            }))}
          />
          <Shown userId={userId.trim()} onAnswer={setAnswer} />
        </Stack>
      }
      said={
        answer === null ? (
          <NothingYet />
        ) : (
          <AuthenticationResult key={answer.attempt_id} answer={answer} />
        )
      }
    />
  );
}
