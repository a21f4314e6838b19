import { Alert, Group, Text } from "@mantine/core";
import { IconFaceId, IconPassword, IconUserCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { components } from "@/api/schema";
import type { SubjectSession } from "@/lib/session/session";

import { useMinutesLeft } from "../use-minutes-left";

const ICONS = { face: IconFaceId, password: IconPassword, review: IconUserCheck } as const;

interface Props {
  session: SubjectSession;
  signedInBy: components["schemas"]["SelfResult"]["signed_in_by"];
}

/** How somebody came in, and for how long; said aloud only when it is about to end. */
export function SessionLine({ session, signedInBy }: Props) {
  const { t } = useTranslation("myPage");
  const count = useMinutesLeft(session);
  const Icon = ICONS[signedInBy];
  return (
    <>
      <Group gap={8} mb="lg" c="dimmed" wrap="nowrap">
        <Icon size={18} stroke={1.6} />
        <Text size="sm" data-numbers>
          {t(`session.signedIn.${signedInBy}`)}
          {", "}
          {count > 0 ? t("session.left", { count }) : t("session.leftSeconds")}
        </Text>
      </Group>
      <div role="status">
        {count === 0 && (
          <Alert color="yellow" mb="lg">
            {t("session.soon")}
          </Alert>
        )}
      </div>
    </>
  );
}
