"""What people ask operators for: asked alike by everybody, decided once, redeemed once, in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from mien.core.audit import AuditAction
from mien.core.caller import Caller, Role
from mien.core.lockout import WITHOUT_PAD
from mien.core.review import (
    DECIDED_WITHIN,
    REDEEMED_WITHIN,
    REVIEWS_KEPT,
    Review,
    ReviewState,
)
from mien.core.self_service import SignInWay
from mien.core.template import SubjectId
from mien.errors import (
    AlreadyDecidedError,
    ForbiddenError,
    InvalidRequestError,
    UnauthorizedError,
    UnknownReviewError,
    UnknownSubjectError,
)
from mien.service.export_subject import export_subject
from mien.service.housekeeping import Housekeeping
from mien.service.lockouts import put_lock
from mien.service.profile import put_profile
from mien.service.reviews import Reviews, ShownReview
from mien.service.self_requests import Redemption, SelfRequests, Ticket
from mien.service.show_self import require_there
from mien.storage.database import Database
from tests.stored import ADA, BOB, EVE, NOTE, NOW, enroll, erase, rows_of
from tests.unit.service.conftest import Tick

CLERK = Caller("operator:clara", Role.OPERATOR.scopes)
ADMIN = Caller("operator:grace", Role.ADMIN.scopes)


@dataclass
class Desk:
    database: Database
    clock: Tick
    requests: SelfRequests
    reviews: Reviews

    def ask(self, who: SubjectId = ADA) -> Ticket:
        with self.database.unit_of_work("self") as work:
            return self.requests.ask_for_entry(work, who, NOTE)

    def ask_for_erasure(self, who: SubjectId = ADA) -> Review:
        with self.database.unit_of_work("self") as work:
            return self.requests.ask_for_erasure(work, who, "I leave.")

    def open(self) -> list[Review]:
        with self.database.unit_of_work(CLERK.actor) as work:
            page = self.reviews.page(work, is_open=True, limit=9)
        assert page.open == len(page.reviews)
        return [shown.review for shown in page.reviews]

    def decide(
        self, caller: Caller = CLERK, review: Review | None = None, *, approved: bool = True
    ) -> ShownReview:
        (found,) = [review] if review else self.open()
        with self.database.unit_of_work(caller.actor) as work:
            return self.reviews.decide(
                work, caller, found.review_id, approved=approved, reason="badge seen"
            )

    def redeem(self, ticket: Ticket) -> Redemption:
        with self.database.unit_of_work("self") as work:
            return self.requests.redeem(work, ticket.text)

    def recorded(self) -> list[tuple[AuditAction, str, dict[str, str | int]]]:
        with self.database.unit_of_work("test") as work:
            events = [entry.event for entry in work.audit.entries()]
        return [
            (event.action, event.actor, dict(event.details))
            for event in events
            if event.action is not AuditAction.ENROLL
        ]


@pytest.fixture
def desk(database: Database) -> Desk:
    enroll(database, ADA, 1)
    enroll(database, BOB, 2)
    clock = Tick(NOW)
    return Desk(database, clock, SelfRequests(clock), Reviews(clock))


def test_an_approval_lets_in_once(desk: Desk) -> None:
    ticket = desk.ask()
    assert desk.redeem(ticket) == Redemption(ReviewState.OPEN)
    assert desk.decide().state is ReviewState.APPROVED
    redeemed = desk.redeem(ticket)
    assert redeemed.state is ReviewState.APPROVED
    assert redeemed.claims is not None
    assert redeemed.claims.way is SignInWay.REVIEW
    with desk.database.unit_of_work("self") as work:
        assert require_there(work, redeemed.claims) == ADA
    assert desk.redeem(ticket) == Redemption(ReviewState.EXPIRED)
    assert desk.recorded() == [
        (AuditAction.REQUEST, "self", {"kind": "verification"}),
        (AuditAction.DECIDE, CLERK.actor, {"kind": "verification"}),
        (AuditAction.LOG_IN, "self", {"how": "review"}),
    ]


def test_a_denial_does_not(desk: Desk) -> None:
    ticket = desk.ask()
    assert desk.decide(approved=False).state is ReviewState.DENIED
    assert desk.redeem(ticket) == Redemption(ReviewState.DENIED)


def test_a_request_waits_a_day_and_an_approval_an_hour(desk: Desk) -> None:
    ticket = desk.ask()
    (review,) = desk.open()
    desk.clock.now = ticket.expires_at
    assert desk.redeem(ticket) == Redemption(ReviewState.EXPIRED)
    with pytest.raises(AlreadyDecidedError):
        desk.decide(review=review)
    late = desk.ask()
    shown = desk.decide()
    assert shown.review.standing.decided_at is not None
    desk.clock.now = shown.review.standing.decided_at + REDEEMED_WITHIN
    assert desk.redeem(late) == Redemption(ReviewState.EXPIRED)


def test_a_lock_ends_what_was_approved_before_and_not_after(desk: Desk) -> None:
    ticket = desk.ask()
    desk.decide()
    with desk.database.unit_of_work(ADMIN.actor) as work:
        put_lock(work, ADA, desk.clock())
    assert desk.redeem(ticket) == Redemption(ReviewState.EXPIRED)
    later = desk.ask()
    desk.decide()
    assert desk.redeem(later).claims is not None


def test_a_lock_of_somebody_else_ends_nothing(desk: Desk) -> None:
    ticket = desk.ask()
    desk.decide()
    with desk.database.unit_of_work(ADMIN.actor) as work:
        put_lock(work, BOB, desk.clock())
    assert desk.redeem(ticket).claims is not None


def test_of_two_who_decide_one_does(desk: Desk) -> None:
    ticket = desk.ask()
    (review,) = desk.open()
    desk.decide(review=review, approved=False)
    with pytest.raises(AlreadyDecidedError):
        desk.decide(ADMIN, review)
    assert desk.redeem(ticket).claims is None


def test_a_newer_request_takes_the_place_of_an_open_one(desk: Desk) -> None:
    older = desk.ask()
    (seen,) = desk.open()
    newer = desk.ask()
    with pytest.raises(UnknownReviewError):  # what is approved is what was looked at
        desk.decide(review=seen)
    desk.decide()
    assert desk.redeem(older) == Redemption(ReviewState.EXPIRED)
    assert desk.redeem(newer).state is ReviewState.APPROVED


def test_a_request_for_nobody_goes_the_same_way_unseen(desk: Desk) -> None:
    older, newer = desk.ask(EVE), desk.ask(EVE)
    assert desk.open() == []
    assert desk.redeem(older) == Redemption(ReviewState.EXPIRED)
    assert desk.redeem(newer) == Redemption(ReviewState.OPEN)
    assert [action for action, _, _ in desk.recorded()] == [AuditAction.REQUEST] * 2
    desk.clock.now += DECIDED_WITHIN
    assert desk.redeem(newer) == Redemption(ReviewState.EXPIRED)


def test_a_ticket_that_never_was_looks_expired(desk: Desk) -> None:
    assert desk.redeem(Ticket("made up", NOW)) == Redemption(ReviewState.EXPIRED)


def test_an_erasure_is_made_by_the_approval_of_an_administrator(desk: Desk) -> None:
    review = desk.ask_for_erasure()
    for approved in (True, False):
        with pytest.raises(ForbiddenError):
            desk.decide(CLERK, review, approved=approved)
    shown = desk.decide(ADMIN, review)
    assert (shown.state, shown.review.subject_id) == (ReviewState.APPROVED, ADA)
    with desk.database.unit_of_work("test") as work, pytest.raises(UnknownSubjectError):
        work.subjects.get(ADA)
    assert rows_of(desk.database, "reviews") == []
    assert [action for action, _, _ in desk.recorded()] == [
        AuditAction.REQUEST,
        AuditAction.DECIDE,
        AuditAction.ERASE,
    ]


def test_an_erasure_that_is_denied_erases_nothing(desk: Desk) -> None:
    shown = desk.decide(ADMIN, desk.ask_for_erasure(), approved=False)
    assert shown.state is ReviewState.DENIED
    with desk.database.unit_of_work("test") as work:
        (mine,) = export_subject(work, ADA, WITHOUT_PAD, NOW).requests
    assert (mine.note, mine.reason) == ("I leave.", "badge seen")


def test_an_approval_does_not_outlive_who_it_was_for(desk: Desk) -> None:
    ticket = desk.ask()
    desk.decide()
    erase(desk.database, ADA)
    enroll(desk.database, ADA, 3)
    assert desk.redeem(ticket) == Redemption(ReviewState.EXPIRED)


def test_a_token_s_holder_who_was_erased_is_not_there(desk: Desk) -> None:
    ticket = desk.ask()
    desk.decide()
    claims = desk.redeem(ticket).claims
    assert claims is not None
    erase(desk.database, ADA)
    enroll(desk.database, ADA, 3)
    with desk.database.unit_of_work("self") as work, pytest.raises(UnauthorizedError):
        require_there(work, claims)


def test_operators_see_what_people_are_called(desk: Desk) -> None:
    with desk.database.unit_of_work("test") as work:
        put_profile(work, ADA, "Ada", "analyst", NOW)
    desk.ask()
    with desk.database.unit_of_work(CLERK.actor) as work:
        (shown,) = desk.reviews.page(work, is_open=None, limit=9).reviews
    assert (shown.profile.name, shown.review.note) == ("Ada", NOTE)


def test_words_are_asked_for(desk: Desk) -> None:
    with desk.database.unit_of_work("self") as work, pytest.raises(InvalidRequestError):
        desk.requests.ask_for_entry(work, ADA, "  ")
    desk.ask()
    (review,) = desk.open()
    with desk.database.unit_of_work("test") as work, pytest.raises(InvalidRequestError):
        desk.reviews.decide(work, CLERK, review.review_id, approved=True, reason=" ")


def test_old_requests_are_swept_away(desk: Desk) -> None:
    desk.ask(EVE)
    sweep = Housekeeping(WITHOUT_PAD, timedelta(days=30), desk.clock)
    for kept in (REVIEWS_KEPT - timedelta(minutes=1), timedelta(minutes=2)):
        assert len(rows_of(desk.database, "reviews")) == 1
        desk.clock.now += kept + (DECIDED_WITHIN if kept > timedelta(days=1) else timedelta(0))
        with desk.database.unit_of_work("mien") as work:
            sweep(work)
    assert rows_of(desk.database, "reviews") == []
