"""Show operators what people ask for, and let them decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, final

from mien.core.audit import AuditAction, AuditEvent
from mien.core.caller import Caller, Scope
from mien.core.ports import Clock, UnitOfWork
from mien.core.profile import NO_PROFILE, Profile
from mien.core.review import (
    REDEEMED_WITHIN,
    Review,
    ReviewId,
    ReviewKind,
    ReviewState,
    Verdict,
    parse_words,
)
from mien.core.template import SubjectId
from mien.errors import AlreadyDecidedError
from mien.service.erase_subject import erase_subject
from mien.service.paging import require_page


@dataclass(frozen=True, slots=True)
class ShownReview:
    """A request as it is at a time, and what the person is called."""

    review: Review
    profile: Profile
    state: ReviewState


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Some requests, newest first. open: how many of all wait for a decision."""

    reviews: Sequence[ShownReview]
    open: int


@final
class Reviews:
    """What operators do; whether the caller is one is checked at the edge."""

    def __init__(self, clock: Clock) -> None:
        """Take the clock, by which requests expire."""
        self._clock: Final = clock

    def page(
        self, work: UnitOfWork, *, is_open: bool | None, limit: int, before: int | None = None
    ) -> ReviewPage:
        """Return requests: open ones, those that are not any more, or all of them."""
        require_page(limit=limit)
        now = self._clock()
        found = work.reviews.page(now, is_open=is_open, limit=limit, before=before)
        profiles = work.profiles.of_all([review.subject_id for review in found])
        shown = [_shown(review, profiles, now) for review in found]
        return ReviewPage(shown, work.reviews.count_open(now))

    def decide(
        self,
        work: UnitOfWork,
        caller: Caller,
        review_id: ReviewId,
        *,
        approved: bool,
        reason: str,
    ) -> ShownReview:
        """Approve or deny; whoever asked to be erased is erased by the approval.

        Raises UnknownReviewError, AlreadyDecidedError, and ForbiddenError for an erasure that the
        caller may not make.
        """
        words = parse_words(reason, "reason")
        # 1. A request of somebody who is there, that the caller may decide on.
        review = work.reviews.find(review_id)
        kind = review.standing.kind
        if kind is ReviewKind.ERASURE:
            caller.require(Scope.ADMIN)
            # An erasure waits for enrollments, and must not hold the request meanwhile.
            work.learned.lock()
        # 2. Still open; of several who decide, one does.
        now = self._clock()
        good_until = _good_until(review, now, approved=approved)
        verdict = Verdict(approved, caller.actor, words, now, good_until)
        if not work.reviews.decide(review_id, verdict):
            raise AlreadyDecidedError(
                "this request was decided on before, or its time is over: list them anew"
            )
        decided = work.reviews.find(review_id)
        shown = _shown(decided, work.profiles.of_all([decided.subject_id]), now)
        # 3. The record: what was decided, not why, which stands with the request.
        _record(work, decided, now)
        # 4. What was asked for, if it is to be done here.
        if approved and kind is ReviewKind.ERASURE:
            erase_subject(work, decided.subject_id, now)
        return shown


def _good_until(review: Review, now: datetime, *, approved: bool) -> datetime:
    if approved and review.standing.kind is ReviewKind.VERIFICATION:
        return now + REDEEMED_WITHIN
    return review.standing.expires_at


def _record(work: UnitOfWork, review: Review, now: datetime) -> None:
    standing = review.standing
    work.audit.append(
        AuditEvent(
            AuditAction.DECIDE,
            now,
            work.actor,
            work.subjects.pseudonym(review.subject_id),
            accepted=standing.approved,
            details={"kind": standing.kind.value},
        )
    )


def _shown(review: Review, profiles: Mapping[SubjectId, Profile], now: datetime) -> ShownReview:
    profile = profiles.get(review.subject_id, NO_PROFILE)
    return ShownReview(review, profile, review.standing.state(now))
