import { api, unwrap } from "@/lib/api-client";

export function denyReview(reviewId: string, reason: string) {
  return unwrap(
    api.POST("/api/v1/reviews/{review_id}/deny", {
      params: { path: { review_id: reviewId } },
      body: { reason },
    }),
  );
}
