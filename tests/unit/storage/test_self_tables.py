"""Profiles, passwords and requests in real databases: sealed, stepped once, gone with a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mien.core.groups import DEPARTMENT, Group
from mien.core.profile import Profile
from mien.core.review import DECIDED_WITHIN, ReviewId, ReviewKind, ReviewState, Verdict
from mien.errors import UnknownReviewError, UnknownSubjectError
from mien.storage.backup import back_up
from mien.storage.database import Database
from mien.storage.engines import file_of
from mien.storage.restore import restore
from tests.databases import SQLITE
from tests.stored import (
    ADA,
    BOB,
    EVE,
    NAME,
    NOTE,
    NOW,
    TICKET,
    empty_target,
    enroll,
    erase,
    fill,
    opened,
    rows_of,
    run,
    source_of,
)

OWN = ("profiles", "subject_passwords", "reviews")
ONE, ONE_ANEW = "$one", "$one anew"
SOON = NOW + timedelta(minutes=5)
VERDICT = Verdict(
    approved=True, by="operator:grace", reason="seen", at=SOON, expires_at=SOON + timedelta(hours=1)
)


@pytest.fixture
def two(database: Database) -> Database:
    """With ADA and BOB, of whom nothing is known."""
    enroll(database, ADA, 1)
    enroll(database, BOB, 2)
    return database


def ask(database: Database, ticket: str = TICKET) -> ReviewId:
    with database.unit_of_work("self") as work:
        return work.reviews.ask(ADA, ReviewKind.VERIFICATION, NOTE, NOW, ticket).review_id


def test_a_profile_is_noted_in_place_of_the_one_before(two: Database) -> None:
    with two.unit_of_work("test") as work:
        assert work.profiles.of(ADA) == Profile()
        work.groups.put(ADA, DEPARTMENT, Group("research"))
        work.profiles.put(ADA, "Ada", None)
        work.profiles.put(ADA, NAME, "analyst")
        assert work.profiles.of(ADA) == Profile(NAME, "analyst", Group("research"))
        assert work.profiles.of_all([ADA, BOB, EVE]) == {
            ADA: Profile(NAME, "analyst", Group("research")),
            BOB: Profile(),
        }
        work.profiles.put(ADA, None, None)
        assert work.profiles.of(ADA) == Profile(department=Group("research"))


def test_nobody_has_no_profile_and_no_password(two: Database) -> None:
    with two.unit_of_work("test") as work:
        assert work.own_passwords.find(EVE) is None
        with pytest.raises(UnknownSubjectError):
            work.profiles.of(EVE)
        with pytest.raises(UnknownSubjectError):
            work.profiles.put(EVE, "Eve", None)
        with pytest.raises(UnknownSubjectError):
            work.own_passwords.put(EVE, "$hash")


def test_a_password_is_confirmed_while_it_is_the_known_one(two: Database) -> None:
    with two.unit_of_work("test") as work:
        assert work.own_passwords.find(ADA) is None
        work.own_passwords.put(ADA, ONE)
        known = work.own_passwords.find(ADA)
        assert known is not None
        assert known.password_hash == ONE
        assert work.own_passwords.confirm(known, ONE_ANEW)
        assert not work.own_passwords.confirm(known, "$two")
        now = work.own_passwords.find(ADA)
        assert now is not None
        assert now.password_hash == ONE_ANEW


def test_the_password_of_who_was_erased_is_confirmed_no_more(two: Database) -> None:
    with two.unit_of_work("test") as work:
        work.own_passwords.put(ADA, ONE)
        known = work.own_passwords.find(ADA)
    assert known is not None
    erase(two, ADA)
    enroll(two, ADA, 3)
    with two.unit_of_work("test") as work:
        assert work.own_passwords.find(ADA) is None
        assert not work.own_passwords.confirm(known, ONE)


def test_one_request_of_a_kind_is_open_at_a_time(two: Database) -> None:
    first = ask(two, "first")
    with two.unit_of_work("self") as work:
        work.reviews.ask(ADA, ReviewKind.ERASURE, "erase me", NOW)
    second = ask(two, "second")
    with two.unit_of_work("test") as work:
        assert [r.note for r in work.reviews.of(ADA)] == ["erase me", NOTE]
        assert work.reviews.count_open(NOW) == 2
        with pytest.raises(UnknownReviewError):
            work.reviews.find(first)
        assert work.reviews.find(second).standing.state(NOW) is ReviewState.OPEN
        assert work.reviews.standing("first") is None
        assert work.reviews.standing("second") is not None


def test_a_request_is_decided_on_once_and_redeemed_once(two: Database) -> None:
    review_id = ask(two)
    with two.unit_of_work("test") as work:
        assert work.reviews.redeem(TICKET, SOON) is None  # not approved
        assert work.reviews.decide(review_id, VERDICT)
        assert not work.reviews.decide(review_id, replace(VERDICT, approved=False))
        assert work.reviews.redeem(TICKET, VERDICT.expires_at) is None  # too late
        assert work.reviews.redeem(TICKET, SOON) == work.subjects.pseudonym(ADA)
        assert work.reviews.redeem(TICKET, SOON) is None
        decided = work.reviews.find(review_id)
    assert decided.reason == "seen"
    assert decided.standing.state(SOON) is ReviewState.REDEEMED
    ask(two, "another")  # a decided one is in nobody's way
    with two.unit_of_work("test") as work:
        assert len(work.reviews.of(ADA)) == 2


def test_a_denied_request_is_not_redeemed(two: Database) -> None:
    review_id = ask(two)
    with two.unit_of_work("test") as work:
        assert work.reviews.decide(review_id, replace(VERDICT, approved=False))
        assert work.reviews.redeem(TICKET, SOON) is None


def test_an_expired_request_is_decided_on_no_more(two: Database) -> None:
    review_id, late = ask(two), NOW + DECIDED_WITHIN
    with two.unit_of_work("test") as work:
        assert not work.reviews.decide(review_id, replace(VERDICT, at=late))
        assert work.reviews.count_open(late) == 0
        assert [r.review_id for r in work.reviews.page(late, is_open=False, limit=9)] == [review_id]
        assert work.reviews.page(late, is_open=True, limit=9) == []


def test_requests_are_paged_newest_first(two: Database) -> None:
    with two.unit_of_work("self") as work:
        for who in (ADA, BOB, EVE):
            for kind in ReviewKind:
                work.reviews.ask(who, kind, f"{who} {kind}", NOW)
    with two.unit_of_work("test") as work:
        whole = work.reviews.page(NOW, is_open=None, limit=9)
        first = work.reviews.page(NOW, is_open=True, limit=3)
        rest = work.reviews.page(NOW, is_open=True, limit=3, before=first[-1].number)
        assert work.reviews.count_open(NOW) == 4
    assert [r.subject_id for r in whole] == [BOB, BOB, ADA, ADA]  # and nobody sees EVE's
    assert [*first, *rest] == whole


def test_who_is_not_enrolled_has_a_ticket_that_no_verdict_reaches(two: Database) -> None:
    with two.unit_of_work("self") as work:
        asked = work.reviews.ask(EVE, ReviewKind.VERIFICATION, NOTE, NOW, TICKET)
        assert asked.pseudonym is None
        standing = work.reviews.standing(TICKET)
        assert standing is not None
        assert standing.state(NOW) is ReviewState.OPEN
        with pytest.raises(UnknownReviewError):
            work.reviews.decide(asked.review_id, VERDICT)
        work.reviews.ask(EVE, ReviewKind.VERIFICATION, NOTE, NOW, "another")
        assert work.reviews.standing(TICKET) is None
    assert len(rows_of(two, "reviews")) == 1


def test_old_requests_are_forgotten(two: Database) -> None:
    ask(two)
    with two.unit_of_work("test") as work:
        assert work.reviews.forget(expired_before=NOW + DECIDED_WITHIN) == 0
        late = NOW + DECIDED_WITHIN + timedelta(seconds=1)
        assert work.reviews.forget(expired_before=late) == 1
    assert rows_of(two, "reviews") == []


def test_an_erasure_takes_all_of_it(database: Database) -> None:
    fill(database)
    erase(database, ADA)
    assert {table: len(rows_of(database, table)) for table in OWN} == {
        "profiles": 0,
        "subject_passwords": 0,
        "reviews": 1,  # what somebody asked for nobody
    }


def test_no_file_says_what_people_are_called_or_ask_for(database: Database, tmp_path: Path) -> None:
    fill(database)
    with database.unit_of_work("test") as work:
        for review in work.reviews.of(ADA):
            work.reviews.decide(review.review_id, replace(VERDICT, reason="badge of Augusta seen"))
    made = back_up(database, tmp_path / "backups", "test", NOW)
    raw = b"".join(str(row).encode() for table in OWN for row in rows_of(database, table))
    files = [made.data, made.keys, file_of(database.engine.url)]
    raw += b"".join(path.read_bytes() for path in files if path is not None)
    assert b"grace" in raw  # an operator's name, so that the search is not blind
    for word in (NAME, "Augusta", "analyst", "bandaged", TICKET, "$argon2id$hash-of-ada", "badge"):
        assert word.encode() not in raw


@pytest.mark.parametrize("column", ["note", "reason"])
def test_words_do_not_open_in_another_request(two: Database, column: str) -> None:
    with two.unit_of_work("self") as work:
        for kind in ReviewKind:
            review = work.reviews.ask(ADA, kind, f"{kind}", NOW)
            work.reviews.decide(review.review_id, VERDICT)
    kinds = [kind.value for kind in ReviewKind]
    run(
        two,
        f"UPDATE reviews SET {column} = (SELECT {column} FROM reviews WHERE kind = '{kinds[0]}')",  # noqa: S608 a test's own words
    )
    with two.unit_of_work("test") as work, pytest.raises(Exception, match="does not open"):
        work.reviews.of(ADA)


def test_a_restore_brings_it_back_without_tickets(database: Database, tmp_path: Path) -> None:
    fill(database)
    made = back_up(database, tmp_path / "backups", "test", NOW)
    assert made.data is not None
    with empty_target(SQLITE, tmp_path / "new", source_of(database)) as target:
        restore(made.data, target, keys=made.keys)
        with opened(target) as copy:
            with database.unit_of_work("test") as old, copy.unit_of_work("test") as new:
                assert new.profiles.of(ADA) == old.profiles.of(ADA)
                mine, theirs = new.own_passwords.find(ADA), old.own_passwords.find(ADA)
                assert mine == theirs is not None
                assert [r.note for r in new.reviews.of(ADA)] == [NOTE, NOTE]
                assert new.reviews.standing(TICKET) is None
            assert len(rows_of(copy, "reviews")) == 2
