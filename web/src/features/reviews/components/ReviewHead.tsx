import { Anchor, Badge, Box, Group, Text, Title } from "@mantine/core";
import { IconDoorEnter, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Monogram } from "@/components/person/Monogram";
import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import { type Review, whoOf } from "../review";

const KINDS = {
  verification: { icon: IconDoorEnter, color: "verdigris" },
  erasure: { icon: IconTrash, color: "red" },
} as const;

/** Who asks, and for what; `children` stand on the right. */
export function ReviewHead({ review, children }: { review: Review; children: ReactNode }) {
  const { t } = useTranslation("reviews");
  const { icon: Icon, color } = KINDS[review.kind];
  const mayLook = may(useSession(), "read");
  return (
    <Group justify="space-between" align="flex-start" gap="sm">
      <Group gap="sm" wrap="nowrap">
        <Monogram name={whoOf(review)} />
        <Box>
          <Title order={2} fz="md">
            {mayLook ? (
              <Anchor component={Link} inherit to={`/people/${encodeURIComponent(review.user_id)}`}>
                {whoOf(review)}
              </Anchor>
            ) : (
              whoOf(review)
            )}
          </Title>
          {review.name !== null && (
            <Text size="sm" c="dimmed">
              {review.user_id}
            </Text>
          )}
        </Box>
        <Badge color={color} leftSection={<Icon size={12} />}>
          {t(`kinds.${review.kind}`)}
        </Badge>
      </Group>
      {children}
    </Group>
  );
}
