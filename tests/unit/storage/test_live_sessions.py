"""Live sessions: every step once, in time, by whom it belongs to."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from mien.core.live.store import COMPLETED_WITHIN, LiveSession
from mien.core.liveness import LivenessPolicy
from mien.core.template import SubjectId
from mien.errors import UnknownSessionError
from mien.service.erase_subject import erase_subject
from mien.storage.database import Database
from mien.storage.unit_of_work import SqlUnitOfWork
from tests.stored import ADA, enroll, rows_of

NOW = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
LATER = NOW + timedelta(seconds=5)
ENDS = NOW + timedelta(seconds=30)
TOKEN = "a-token-that-nobody-guesses"  # noqa: S105 of a test
DOOR, OTHER = "key:1f2e3d4c", "key:99999999"
OUTCOME = '{"accepted": true}'


def begin(database: Database, token: str = TOKEN, subject_id: SubjectId | None = ADA) -> None:
    session = LiveSession(DOOR, subject_id, LivenessPolicy.BOTH, NOW, ENDS)
    with database.unit_of_work("test") as work:
        work.live_sessions.begin(token, session)


def attach(database: Database, now: datetime = LATER, token: str = TOKEN) -> LiveSession:
    with database.unit_of_work("test") as work:
        return work.live_sessions.attach(token, now)


def decide(database: Database, now: datetime = LATER, token: str = TOKEN) -> None:
    with database.unit_of_work("test") as work:
        work.live_sessions.decide(token, OUTCOME, now)


def complete(
    database: Database, now: datetime = LATER, *, actor: str = DOOR, token: str = TOKEN
) -> LiveSession:
    with database.unit_of_work("test") as work:
        return work.live_sessions.complete(token, actor, now)


def test_a_session_goes_its_way_once(database: Database) -> None:
    begin(database)
    attached = attach(database)
    assert (attached.actor, attached.subject_id, attached.policy) == (DOOR, ADA, "both")
    assert (attached.created_at, attached.expires_at) == (NOW, ENDS)
    assert (attached.attached_at, attached.outcome) == (LATER, None)
    decide(database)
    completed = complete(database)
    assert (completed.completed_at, completed.outcome) == (LATER, OUTCOME)
    for again in (attach, decide, complete):
        with pytest.raises(UnknownSessionError):
            again(database)


def test_a_session_may_claim_nobody(database: Database) -> None:
    begin(database, subject_id=None)
    assert attach(database).subject_id is None


def test_no_step_is_skipped(database: Database) -> None:
    begin(database)
    with pytest.raises(UnknownSessionError):
        decide(database)
    with pytest.raises(UnknownSessionError):
        complete(database)
    attach(database)
    with pytest.raises(UnknownSessionError):
        complete(database)


def test_nobody_attaches_after_the_end(database: Database) -> None:
    begin(database)
    with pytest.raises(UnknownSessionError):
        attach(database, ENDS)
    attach(database, ENDS - timedelta(milliseconds=1))


def test_nobody_completes_long_after_the_decision(database: Database) -> None:
    begin(database)
    attach(database)
    decide(database)
    with pytest.raises(UnknownSessionError):
        complete(database, LATER + COMPLETED_WITHIN)
    complete(database, LATER + COMPLETED_WITHIN - timedelta(milliseconds=1))


def test_nobody_else_completes_a_session_or_learns_that_it_is_there(database: Database) -> None:
    begin(database)
    attach(database)
    decide(database)
    with pytest.raises(UnknownSessionError) as of_another:
        complete(database, actor=OTHER)
    with pytest.raises(UnknownSessionError) as of_nobody:
        complete(database, token="never-begun")  # noqa: S106 of a test
    assert str(of_another.value) == str(of_nobody.value)
    complete(database)


def test_of_many_who_try_at_a_time_one_succeeds(database: Database) -> None:
    begin(database)
    won: list[bool] = []
    together = threading.Barrier(4)

    def try_it() -> None:
        together.wait()
        try:
            attach(database)
        except UnknownSessionError:
            won.append(False)
        else:
            won.append(True)

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False, False, False, True]


def test_a_token_is_stored_as_its_hash(database: Database) -> None:
    begin(database)
    assert TOKEN not in repr(rows_of(database, "live_sessions"))


def test_what_expired_is_forgotten(database: Database) -> None:
    begin(database)

    def forget(work: SqlUnitOfWork, before: datetime) -> int:
        return work.live_sessions.forget(before=before)

    with database.unit_of_work("test") as work:
        assert forget(work, ENDS) == 0
        assert forget(work, ENDS + timedelta(seconds=1)) == 1
    assert rows_of(database, "live_sessions") == []


def test_an_erasure_takes_the_sessions_that_claim_the_person(database: Database) -> None:
    enroll(database, ADA, 1)
    begin(database)
    begin(database, TOKEN[::-1], SubjectId("bob"))
    with database.unit_of_work("test") as work:
        erase_subject(work, ADA, NOW)
    with pytest.raises(UnknownSessionError):
        attach(database)
    assert attach(database, token=TOKEN[::-1]).subject_id == "bob"
