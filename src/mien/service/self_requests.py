"""Let people ask operators: to be let in without face and password, and to be erased."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, final

from mien.core.audit import AuditAction, AuditEvent
from mien.core.ports import Clock, UnitOfWork
from mien.core.review import (
    DECIDED_WITHIN,
    Asked,
    Review,
    ReviewKind,
    ReviewState,
    parse_words,
)
from mien.core.self_service import SelfClaims, SignInWay
from mien.core.template import SubjectId

_TICKET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Ticket:
    """What whoever asked comes back with, until it expires undecided."""

    text: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Redemption:
    """How far a ticket's request is, and of an approved one who is signed in by it, once.

    state: one that was used up, replaced or forgotten is told as expired, as is one there never
    was.
    """

    state: ReviewState
    claims: SelfClaims | None = None


@final
class SelfRequests:
    """What people ask for; nothing of it tells who is enrolled before an operator has decided."""

    def __init__(
        self, clock: Clock, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        """Take the parts."""
        self._clock: Final = clock
        self._random_bytes: Final = random_bytes

    def ask_for_entry(self, work: UnitOfWork, subject_id: SubjectId, note: str) -> Ticket:
        """Ask to be let in, in place of an open request before; the same for nobody enrolled."""
        words, now = parse_words(note, "note"), self._clock()
        ticket = Ticket(self._random_bytes(_TICKET_BYTES).hex(), now + DECIDED_WITHIN)
        asked = work.reviews.ask(subject_id, ReviewKind.VERIFICATION, words, now, ticket.text)
        _record(work, asked, ReviewKind.VERIFICATION, now)
        return ticket

    def ask_for_erasure(self, work: UnitOfWork, subject_id: SubjectId, note: str) -> Review:
        """Ask to be erased, in place of an open request before; raise UnknownReviewError."""
        words, now = parse_words(note, "note"), self._clock()
        asked = work.reviews.ask(subject_id, ReviewKind.ERASURE, words, now)
        _record(work, asked, ReviewKind.ERASURE, now)
        return work.reviews.find(asked.review_id)

    def redeem(self, work: UnitOfWork, ticket: str) -> Redemption:
        """Tell how far a request is; sign in by an approved one."""
        now = self._clock()
        # 1. A ticket of ours, of a request that was not replaced since.
        standing = work.reviews.standing(ticket)
        if standing is None:
            return Redemption(ReviewState.EXPIRED)
        # 2. Approved, not used, in its time; of several who come with it one is let in.
        pseudonym = work.reviews.redeem(ticket, now)
        if pseudonym is not None:
            # 3. The record.
            event = AuditEvent(
                AuditAction.LOG_IN,
                now,
                work.actor,
                pseudonym,
                accepted=True,
                details={"how": SignInWay.REVIEW.value},
            )
            work.audit.append(event)
            return Redemption(ReviewState.APPROVED, SelfClaims(pseudonym, SignInWay.REVIEW))
        state = standing.state(now)
        return Redemption(state if state in _TOLD else ReviewState.EXPIRED)


_TOLD: Final = frozenset({ReviewState.OPEN, ReviewState.DENIED})


def _record(work: UnitOfWork, asked: Asked, kind: ReviewKind, now: datetime) -> None:
    """Say on record that somebody asked; one entry more or less would tell who is enrolled."""
    details: dict[str, str | int] = {"kind": kind.value}
    event = AuditEvent(AuditAction.REQUEST, now, work.actor, asked.pseudonym, details=details)
    work.audit.append(event)
