import { expect, test } from "vitest";

import { isNews } from "./news";
import type { Review } from "./review";

function review(reviewId: string, requestedAt: string): Review {
  return {
    review_id: reviewId,
    kind: "verification",
    user_id: "ada",
    name: null,
    note: "My eye is bandaged.",
    requested_at: requestedAt,
    expires_at: "2026-11-22T08:00:00Z",
    state: "open",
    decided_by: null,
    decided_at: null,
    reason: null,
  };
}

const FIRST = review("a", "2026-11-21T08:00:00Z");
const SECOND = review("b", "2026-11-21T09:00:00Z");

test("what was there at the first look is no news", () => {
  expect(isNews(FIRST, undefined)).toBe(false);
});

test("the first request after none is news", () => {
  expect(isNews(FIRST, null)).toBe(true);
});

test("a later request is news", () => {
  expect(isNews(SECOND, FIRST)).toBe(true);
});

test("the same request is no news", () => {
  expect(isNews(FIRST, FIRST)).toBe(false);
});

test("an older request that comes to the front when a newer one is decided is no news", () => {
  expect(isNews(FIRST, SECOND)).toBe(false);
});
