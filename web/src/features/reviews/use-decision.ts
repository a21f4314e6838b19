import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { approveReview } from "./api/approve-review";
import { denyReview } from "./api/deny-review";
import { type Review, type Verdict, whoOf } from "./review";

/** Decides on a request, for a reason; of somebody who was erased nothing is kept here either. */
export function useDecision(review: Review, verdict: Verdict) {
  const { t } = useTranslation("reviews");
  const client = useQueryClient();
  const decide = verdict === "approve" ? approveReview : denyReview;
  const done = verdict === "deny" ? "denied" : review.kind === "erasure" ? "erased" : "approved";
  return useMutation({
    mutationFn: (reason: string) => decide(review.review_id, reason),
    onSuccess: () => {
      notifications.show({ message: t(`decide.${done}`, { who: whoOf(review) }) });
      if (done === "erased") {
        client.removeQueries({ queryKey: ["person", review.user_id] });
        void client.invalidateQueries({ queryKey: ["people"] });
      }
    },
    // Also when somebody else was faster: then the list is not what it was.
    onSettled: () => client.invalidateQueries({ queryKey: ["reviews"] }),
  });
}
