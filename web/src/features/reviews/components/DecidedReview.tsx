import { Badge, Card, Group, Text } from "@mantine/core";
import { IconCheck, IconClockOff, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { Time } from "@/components/Time";
import { parseActor } from "@/components/person/history";

import type { Review } from "../review";
import { ReviewHead } from "./ReviewHead";
import { Words } from "./Words";

const STATES = {
  open: { icon: IconClockOff, color: "gray" },
  approved: { icon: IconCheck, color: "verdigris" },
  redeemed: { icon: IconCheck, color: "verdigris" },
  denied: { icon: IconX, color: "red" },
  expired: { icon: IconClockOff, color: "gray" },
} as const;

/** A request that waits no more: how it ended, who decided, and why. */
export function DecidedReview({ review }: { review: Review }) {
  const { t } = useTranslation(["reviews", "person"]);
  const by = review.decided_by === null ? null : parseActor(review.decided_by);
  const { icon: Icon, color } = STATES[review.state];
  return (
    <Card component="article">
      <ReviewHead review={review}>
        <Badge color={color} leftSection={<Icon size={12} />}>
          {t(`states.${review.state}`)}
        </Badge>
      </ReviewHead>
      <Words label={t("note")}>{review.note}</Words>
      {review.reason !== null && (
        <Text size="sm">
          <Text span fw={550} inherit>
            {t("decide.reason")}:
          </Text>{" "}
          {review.reason}
        </Text>
      )}
      <Group gap={6} mt={6} fz="sm" c="dimmed">
        <Time at={review.decided_at ?? review.expires_at} />
        {by !== null && t(`person:actors.them.${by.kind}`, { name: by.name })}
      </Group>
    </Card>
  );
}
