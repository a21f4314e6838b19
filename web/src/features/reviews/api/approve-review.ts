import { api, unwrap } from "@/lib/api-client";

/** Let a person in once, or erase who asked for that. */
export function approveReview(reviewId: string, reason: string) {
  return unwrap(
    api.POST("/api/v1/reviews/{review_id}/approve", {
      params: { path: { review_id: reviewId } },
      body: { reason },
    }),
  );
}
