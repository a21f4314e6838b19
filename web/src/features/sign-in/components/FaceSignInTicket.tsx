import { Button, Card, Loader, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { asProblem } from "@/lib/problem";

import { selfRedeem } from "../api/self-redeem";

interface Props {
  ticket: string;
  onForget: () => void;
}

/** How far a request to be let in is. */
export function FaceSignInTicket({ ticket, onForget }: Props) {
  const { t } = useTranslation("signIn");
  const request = useQuery(selfRedeem(ticket));
  const state = request.data ?? "open";
  return (
    <Card padding="xl">
      <Stack align="flex-start">
        <Stack gap={4} role="status">
          <Title order={2} fz="lg">
            {t(`face.state.${state}`)}
          </Title>
          <Text c="dimmed">{t(`face.advice.${state}`)}</Text>
        </Stack>
        {state === "open" && <Loader type="dots" size="sm" />}
        {request.isError && <ProblemAlert problem={asProblem(request.error)} />}
        <Button variant="default" onClick={onForget}>
          {t(state === "open" ? "face.withdraw" : "face.again")}
        </Button>
      </Stack>
    </Card>
  );
}
