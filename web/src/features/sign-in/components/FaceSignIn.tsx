import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { getWays } from "../api/get-ways";
import { FaceSignInLive } from "./FaceSignInLive";
import { FaceSignInPassword } from "./FaceSignInPassword";
import { FaceSignInPhoto } from "./FaceSignInPhoto";
import { FaceSignInRequest } from "./FaceSignInRequest";
import { FaceSignInTicket } from "./FaceSignInTicket";
import { useTicket } from "./use-ticket";

const WAYS = ["face", "password", "request"] as const;
type Way = (typeof WAYS)[number];

/** For people whose faces are enrolled; says the same to those whose are not. */
export default function FaceSignIn() {
  const { t } = useTranslation("signIn");
  const [userId, setUserId] = useState("");
  const [way, setWay] = useState<Way>("face");
  const { ticket, keep, forget } = useTicket();
  const { data: ways } = useQuery(getWays);
  if (ticket !== null) return <FaceSignInTicket ticket={ticket} onForget={forget} />;
  const named = userId.trim();
  const needsSession = ways?.face === "active" || ways?.face === "both";
  const Face = needsSession ? FaceSignInLive : FaceSignInPhoto;
  return (
    <Stack>
      <TextInput
        label={t("face.userId")}
        value={userId}
        maxLength={128}
        autoComplete="username"
        required
        onChange={(event) => setUserId(event.currentTarget.value)}
      />
      {way === "face" && <Face userId={named} />}
      {way === "password" && <FaceSignInPassword userId={named} />}
      {way === "request" && <FaceSignInRequest userId={named} onTicket={keep} />}
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          {t("face.otherWays")}
        </Text>
        {WAYS.filter((other) => other !== way).map((other) => (
          <Button key={other} variant="subtle" size="compact-sm" onClick={() => setWay(other)}>
            {t(`face.use.${other}`)}
          </Button>
        ))}
      </Group>
    </Stack>
  );
}
