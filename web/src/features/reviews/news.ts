import type { Review } from "./review";

/**
 * Tell whether the newest open request came since `before` was the newest.
 *
 * `before` is undefined on the first look, when nothing is news, and null when none was open.
 */
export function isNews(newest: Review, before: Review | null | undefined): boolean {
  if (before === undefined) return false;
  if (before === null) return true;
  // After a decision an older one is the newest.
  return newest.review_id !== before.review_id && newest.requested_at >= before.requested_at;
}
