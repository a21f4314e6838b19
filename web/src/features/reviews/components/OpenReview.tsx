import { Button, Card, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Time } from "@/components/Time";
import { may } from "@/lib/session/session";
import { useSession } from "@/lib/session/store";

import type { Review, Verdict } from "../review";
import { DecisionDialog } from "./DecisionDialog";
import { ReviewHead } from "./ReviewHead";
import { Words } from "./Words";

/** A request that waits, what it means to approve it, and the two answers. */
export function OpenReview({ review }: { review: Review }) {
  const { t } = useTranslation("reviews");
  const session = useSession();
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const isErasure = review.kind === "erasure";
  const mayDecide = !isErasure || may(session, "admin");
  return (
    <Card component="article">
      <ReviewHead review={review}>
        <Text size="sm" c="dimmed">
          {t("asked")} <Time at={review.requested_at} />
        </Text>
      </ReviewHead>
      <Words label={t("note")}>{review.note}</Words>
      <Text size="sm" c="dimmed">
        {t(review.kind)}
      </Text>
      <Group justify="space-between" mt="md" gap="sm">
        <Text size="sm" c="dimmed">
          {t("expires")} <Time at={review.expires_at} />
        </Text>
        {mayDecide ? (
          <Group gap="sm">
            <Button variant="default" onClick={() => setVerdict("deny")}>
              {t("deny")}
            </Button>
            <Button
              variant="light"
              color={isErasure ? "red" : "verdigris"}
              onClick={() => setVerdict("approve")}
            >
              {t(isErasure ? "approveErasure" : "approve")}
            </Button>
          </Group>
        ) : (
          <Text size="sm" fw={550}>
            {t("needsAdmin")}
          </Text>
        )}
      </Group>
      {verdict !== null && (
        <DecisionDialog review={review} verdict={verdict} onClose={() => setVerdict(null)} />
      )}
    </Card>
  );
}
