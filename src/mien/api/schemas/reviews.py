"""Requests and answers about what people ask operators for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from mien.api.schemas.example import example
from mien.core.review import MAX_TEXT_LENGTH, ReviewKind, ReviewState
from mien.service.reviews import ReviewPage, ShownReview


class ReasonRequest(BaseModel):
    """Why; it stays with the request, and the person reads it in their export."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "called back, badge seen"}]}
    )

    reason: Annotated[str, Field(min_length=1, max_length=MAX_TEXT_LENGTH)]


class ReviewResult(BaseModel):
    """What somebody asks for, and what was decided.

    expires_at: of an open request, until when it can be decided; of an approved one, until when
    the person can sign in by it.
    """

    model_config = example(
        review_id="5f0c3e7a9b1d4c6e8f2a0b3c5d7e9f1a",
        kind="verification",
        user_id="ada",
        name="Ada Lovelace",
        note="My eye is bandaged until Friday.",
        requested_at="2026-11-21T08:00:00Z",
        expires_at="2026-11-22T08:00:00Z",
        state="open",
        decided_by=None,
        decided_at=None,
        reason=None,
    )

    review_id: str
    kind: ReviewKind
    user_id: str
    name: str | None
    note: str
    requested_at: datetime
    expires_at: datetime
    state: ReviewState
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None

    @classmethod
    def of(cls, shown: ShownReview) -> Self:
        """Present a request to an operator."""
        review, standing = shown.review, shown.review.standing
        return cls(
            review_id=review.review_id,
            kind=standing.kind,
            user_id=review.subject_id,
            name=shown.profile.name,
            note=review.note,
            requested_at=standing.requested_at,
            expires_at=standing.expires_at,
            state=shown.state,
            decided_by=standing.decided_by,
            decided_at=standing.decided_at,
            reason=review.reason,
        )


class ReviewPageResult(BaseModel):
    """Requests, newest first. open: how many of all wait; next: what to send as `before`."""

    reviews: list[ReviewResult]
    open: int
    next: int | None

    @classmethod
    def of(cls, page: ReviewPage, *, limit: int) -> Self:
        """Present a page."""
        older = page.reviews[-1].review.number if len(page.reviews) == limit else None
        shown = [ReviewResult.of(review) for review in page.reviews]
        return cls(reviews=shown, open=page.open, next=older)
