import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ProblemAlert } from "@/components/ProblemAlert";
import { asProblem } from "@/lib/problem";

import { type Review, type Verdict, whoOf } from "../review";
import { useDecision } from "../use-decision";

const LONGEST_REASON = 1000;

interface Props {
  review: Review;
  verdict: Verdict;
  onClose: () => void;
}

/** Asks for the reason of a decision, which goes on record with it. */
export function DecisionDialog({ review, verdict, onClose }: Props) {
  const { t } = useTranslation(["reviews", "common"]);
  const [reason, setReason] = useState("");
  const decide = useDecision(review, verdict);
  const isErased = verdict === "approve" && review.kind === "erasure";
  const approval = isErased ? (["eraseTitle", "approveErasure"] as const) : APPROVAL;
  const [title, action] = verdict === "approve" ? approval : DENIAL;
  return (
    <Modal opened onClose={onClose} title={t(`decide.${title}`, { who: whoOf(review) })}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          decide.mutate(reason.trim(), { onSuccess: onClose });
        }}
      >
        <Stack>
          {verdict === "approve" && <Text size="sm">{t(review.kind)}</Text>}
          <Textarea
            label={t("decide.reason")}
            description={t("decide.reasonAdvice")}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={LONGEST_REASON}
            required
            rows={4}
            data-autofocus
          />
          {decide.isError && <ProblemAlert problem={asProblem(decide.error)} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t("common:cancel")}
            </Button>
            <Button
              type="submit"
              color={isErased ? "red" : "verdigris"}
              loading={decide.isPending}
              disabled={reason.trim() === ""}
            >
              {t(action)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const APPROVAL = ["approveTitle", "approve"] as const;
const DENIAL = ["denyTitle", "deny"] as const;
