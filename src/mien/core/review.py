"""Requests that people make of operators: to be let in without their face, and to be erased.

A request is open until an operator decides, or for a day. Who asked to be let in has a ticket,
which an approval makes good for one sign-in within the hour. Whoever asks in the name of nobody who
is enrolled gets a ticket as well, so that asking tells nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType, Protocol

from mien.core.audit import Pseudonym
from mien.core.template import SubjectId
from mien.errors import InvalidRequestError

ReviewId = NewType("ReviewId", str)
"""What a request is called: 32 random hex digits."""

DECIDED_WITHIN: Final = timedelta(hours=24)
REDEEMED_WITHIN: Final = timedelta(hours=1)
"""Of the approval."""

REVIEWS_KEPT: Final = timedelta(days=30)
"""After they expired."""

MAX_TEXT_LENGTH: Final = 1000


class ReviewKind(StrEnum):
    """What is asked for; stable words of the wire."""

    VERIFICATION = "verification"
    """To be let in, because the face is not recognized and there is no password."""
    ERASURE = "erasure"
    """To be erased, with everything that is kept."""


class ReviewState(StrEnum):
    """How far a request is; stable words of the wire."""

    OPEN = "open"
    APPROVED = "approved"
    DENIED = "denied"
    REDEEMED = "redeemed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an operator decided, as the audit log calls them. expires_at: of what it is good for."""

    approved: bool
    by: str
    reason: str
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a request is. approved: None while nobody has decided.

    expires_at: of an open request, when it is too late to decide; of an approved one, when it is
    too late to sign in by it.
    """

    kind: ReviewKind
    requested_at: datetime
    expires_at: datetime
    approved: bool | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    redeemed_at: datetime | None = None

    def state(self, now: datetime) -> ReviewState:
        """Return how far it is at a time."""
        if self.approved is False:
            return ReviewState.DENIED
        if self.redeemed_at is not None:
            return ReviewState.REDEEMED
        if now >= self.expires_at:
            return ReviewState.EXPIRED
        return ReviewState.OPEN if self.approved is None else ReviewState.APPROVED


@dataclass(frozen=True, slots=True)
class Review:
    """A request of somebody who is enrolled. number: later requests have higher ones."""

    review_id: ReviewId
    number: int
    subject_id: SubjectId
    standing: Standing
    note: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was stored. pseudonym: None when it names nobody who is enrolled."""

    review_id: ReviewId
    pseudonym: Pseudonym | None


class ReviewRepository(Protocol):
    """Requests, their words sealed with their subjects' keys; each step happens once."""

    def ask(
        self,
        subject_id: SubjectId,
        kind: ReviewKind,
        note: str,
        at: datetime,
        ticket: str | None = None,
    ) -> Asked:
        """Store a request in place of the open one of this kind, if there is one.

        Of nobody who is enrolled a row is stored too, which no operator is shown.
        """
        ...

    def find(self, review_id: ReviewId) -> Review:
        """Return a request of somebody who is enrolled; raise UnknownReviewError."""
        ...

    def of(self, subject_id: SubjectId) -> Sequence[Review]:
        """Return a subject's requests, the oldest first; raise UnknownSubjectError."""
        ...

    def page(
        self, now: datetime, *, is_open: bool | None, limit: int, before: int | None = None
    ) -> Sequence[Review]:
        """Return requests of those who are enrolled, newest first: open ones, others, or all."""
        ...

    def count_open(self, now: datetime) -> int:
        """Return how many wait for a decision."""
        ...

    def decide(self, review_id: ReviewId, verdict: Verdict) -> bool:
        """Store a verdict on an open request; tell whether it was open at the verdict's time."""
        ...

    def standing(self, ticket: str) -> Standing | None:
        """Return how far a ticket's request is; None for a ticket that there is not, or no more."""
        ...

    def redeem(self, ticket: str, now: datetime) -> Pseudonym | None:
        """Use up an approved ticket; of several who try, one gets to know whose it is."""
        ...

    def take_back(self, subject_id: SubjectId, at: datetime) -> None:
        """Let approvals that a subject has not used yet end now; somebody unknown has none."""
        ...

    def forget(self, *, expired_before: datetime) -> int:
        """Forget requests that expired before a time; return how many."""
        ...


def parse_words(text: str, what: str) -> str:
    """Accept 1 to 1000 characters of free text."""
    words = text.strip()
    if not 1 <= len(words) <= MAX_TEXT_LENGTH:
        raise InvalidRequestError(f"a {what} has 1 to {MAX_TEXT_LENGTH} characters")
    return words
