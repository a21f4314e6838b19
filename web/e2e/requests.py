"""What people asked operators for: some requests are decided on, some wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mien.core.caller import Caller, Role
from mien.core.ports import UnitOfWork
from mien.core.self_service import SELF
from mien.core.template import SubjectId
from mien.service.reviews import Reviews
from mien.service.self_requests import SelfRequests
from web.e2e.history import Deed

_REVIEWER = Caller("operator:omar", Role.OPERATOR.scopes)

_DECIDED = (
    (
        timedelta(days=9),
        "My glasses broke and the new ones confuse the door.",
        True,
        "Spoke by phone.",
    ),
    (
        timedelta(days=4),
        "I have a bandage over one eye until Friday.",
        True,
        "Saw them at the desk.",
    ),
    (
        timedelta(days=2),
        "please let me in quickly",
        False,
        "The caller could not say who they are.",
    ),
)
_OPEN = (
    (timedelta(hours=5), "The camera at the loading dock stays dark."),
    (timedelta(hours=1, minutes=40), "I shaved my beard and am a stranger now."),
    (timedelta(minutes=12), "New glasses. It worked yesterday without them."),
)
_TO_BE_ERASED = timedelta(hours=3), "My contract ends this month. Please erase everything."


def requests(people: Sequence[SubjectId], now: datetime) -> Iterator[Deed]:
    """Yield what was asked and what was decided; everybody asks once at most."""
    asking = iter(people)
    for ago, note, approved, reason in _DECIDED:
        yield from _Decided(next(asking), now - ago, note, approved, reason).deeds()
    for ago, note in _OPEN:
        yield _asked(next(asking), now - ago, note)
    ago, note = _TO_BE_ERASED
    yield _asked_to_be_erased(next(asking), now - ago, note)


def _asked(who: SubjectId, at: datetime, note: str) -> Deed:
    ask = SelfRequests(lambda: at).ask_for_entry
    return Deed(at, lambda work: ask(work, who, note), SELF)


def _asked_to_be_erased(who: SubjectId, at: datetime, note: str) -> Deed:
    ask = SelfRequests(lambda: at).ask_for_erasure
    return Deed(at, lambda work: ask(work, who, note), SELF)


@dataclass(slots=True)
class _Decided:
    """A request, its decision a while later and, where it was approved, the sign-in by it."""

    who: SubjectId
    at: datetime
    note: str
    approved: bool
    reason: str
    ticket: str = ""

    def deeds(self) -> Iterator[Deed]:
        yield Deed(self.at, self._ask, SELF)
        yield Deed(self.at + timedelta(minutes=7), self._decide, _REVIEWER.actor)
        if self.approved:
            yield Deed(self.at + timedelta(minutes=9), self._redeem, SELF)

    def _ask(self, work: UnitOfWork) -> None:
        self.ticket = SelfRequests(lambda: self.at).ask_for_entry(work, self.who, self.note).text

    def _decide(self, work: UnitOfWork) -> None:
        decided_at = self.at + timedelta(minutes=7)
        review = work.reviews.of(self.who)[-1]
        Reviews(lambda: decided_at).decide(
            work, _REVIEWER, review.review_id, approved=self.approved, reason=self.reason
        )

    def _redeem(self, work: UnitOfWork) -> None:
        redeemed_at = self.at + timedelta(minutes=9)
        SelfRequests(lambda: redeemed_at).redeem(work, self.ticket)
