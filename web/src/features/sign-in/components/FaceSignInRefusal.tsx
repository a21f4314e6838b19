import { Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconCircleX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { LivenessChecks } from "@/components/camera/LivenessChecks";

import type { SelfSignIn } from "../api/self-sign-in";

/** Why a face did not sign in, as far as that tells nobody who is enrolled. */
export function FaceSignInRefusal({ answer }: { answer: SelfSignIn | undefined }) {
  const { t } = useTranslation("signIn");
  if (answer === undefined || answer.signed_in) return null;
  return (
    <Card role="alert">
      <Stack gap="sm">
        <Group gap="xs" c="var(--mien-refused)" wrap="nowrap">
          <IconCircleX size={22} aria-hidden />
          <Title order={2} fz="md">
            {t("face.refused")}
          </Title>
        </Group>
        <Text size="sm">{t("face.why")}</Text>
        {answer.liveness !== null && <LivenessChecks liveness={answer.liveness} />}
      </Stack>
    </Card>
  );
}
