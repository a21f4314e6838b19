from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2.profiles import CHEAPEST
from sqlalchemy import func, select

from mien.access.passwords import Argon2Passwords
from mien.core.audit import AuditAction
from mien.core.caller import Role
from mien.core.lockout import WITHOUT_PAD
from mien.core.operator import OperatorName, StoredPassword
from mien.core.policy import Reason
from mien.errors import InvalidRequestError, OperatorExistsError, UnknownOperatorError
from mien.service.manage_operators import ManageOperators
from mien.service.sign_in import SESSION_LIFETIME, Refused, SignedIn, SignIn
from mien.storage.database import Database
from mien.storage.engines import sqlite_url
from mien.storage.master_keys import GivenKeys
from mien.storage.tables import AuditEntryRow, RefreshTokenRow
from mien.storage.unit_of_work import SqlUnitOfWork

ADA, BOB = OperatorName("ada"), OperatorName("bob")
GOOD, OTHER = "lantern quiet orbit seven", "seven orbits of a lantern"
WRONG = "a wrong guess, as it is"
START = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class CountingPasswords:
    """Argon2, and how often it was asked."""

    inner: Argon2Passwords = field(default_factory=lambda: Argon2Passwords(CHEAPEST))
    verified: int = 0

    def require_strong(self, password: str, name: str) -> None:
        self.inner.require_strong(password, name)

    def hash(self, password: str) -> str:
        return self.inner.hash(password)

    def verify(self, password: str, stored: str | None) -> bool:
        self.verified += 1
        return self.inner.verify(password, stored)

    def needs_rehash(self, stored: str) -> bool:
        return self.inner.needs_rehash(stored)


@dataclass
class Door:
    """Ada, an administrator, on a real database; each call is a transaction."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    passwords: CountingPasswords = field(default_factory=CountingPasswords)

    def __post_init__(self) -> None:
        self.sign_in = SignIn(self.passwords, self.clock)
        self.manage = ManageOperators(self.passwords, self.clock)

    def work(self, actor: str = "cli") -> AbstractContextManager[SqlUnitOfWork]:
        return self.database.unit_of_work(actor)

    def enter(self, name: str = ADA, password: str = GOOD) -> SignedIn | Refused:
        with self.work() as work:
            return self.sign_in.with_password(work, name, password)

    def entered(self, name: str = ADA, password: str = GOOD) -> SignedIn:
        answer = self.enter(name, password)
        assert isinstance(answer, SignedIn)
        return answer

    def refresh(self, token: str) -> SignedIn | Refused:
        with self.work() as work:
            return self.sign_in.with_refresh_token(work, token)

    def refreshed(self, token: str) -> SignedIn:
        answer = self.refresh(token)
        assert isinstance(answer, SignedIn)
        return answer

    def events(self) -> list[tuple[str, str, bool | None, str | None, str]]:
        with self.database.engine.connect() as connection:
            rows = connection.execute(
                select(
                    AuditEntryRow.action,
                    AuditEntryRow.actor,
                    AuditEntryRow.accepted,
                    AuditEntryRow.reason,
                    AuditEntryRow.details,
                ).order_by(AuditEntryRow.sequence)
            )
            return [(r.action, r.actor, r.accepted, r.reason, r.details) for r in rows]

    def token_count(self) -> int:
        with self.database.engine.connect() as connection:
            count = select(func.count()).select_from(RefreshTokenRow)
            return connection.execute(count).scalar_one()


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    source = GivenKeys(base64.b64encode(bytes(32)).decode(), "a test")
    database = Database.open(sqlite_url(tmp_path / "mien.db"), source, Clock())
    opened = Door(database)
    with opened.work() as work:
        opened.manage.add(work, ADA, Role.ADMIN, GOOD)
    yield opened
    database.close()


def test_the_right_password_begins_a_session(door: Door) -> None:
    session = door.entered()
    assert session.operator.role == Role.ADMIN
    assert session.ends_at == START + SESSION_LIFETIME
    assert session.refresh_token not in repr(session)
    assert door.events()[-1] == (AuditAction.LOG_IN, "operator:ada", True, None, "{}")


def test_a_name_is_the_same_in_capitals(door: Door) -> None:
    assert door.entered(" Ada ").operator.name == ADA


def test_wrong_password_unknown_name_and_disabled_operator_are_answered_alike(door: Door) -> None:
    with door.work() as work:
        door.manage.add(work, BOB, Role.OPERATOR, OTHER)
        door.manage.disable(work, BOB)
    before = door.passwords.verified
    answers = [
        [door.enter(name, password) for _ in range(6)]
        for name, password in ((ADA, WRONG), ("eve", WRONG), (BOB, OTHER))
    ]
    alike = [Refused()] * 4 + [Refused(START + WITHOUT_PAD.first_delay)] * 2
    assert answers == [alike] * 3
    # Each was compared with some hash, until the name was locked.
    assert door.passwords.verified == before + 3 * 5


def test_what_cannot_be_a_name_costs_a_comparison_and_locks_nothing(door: Door) -> None:
    before = door.passwords.verified
    assert [door.enter("no such name", GOOD) for _ in range(9)] == [Refused()] * 9
    assert door.passwords.verified == before + 9


def test_a_typed_name_never_reaches_the_audit_log(door: Door) -> None:
    door.enter("hunter2.secret", WRONG)
    assert "hunter2" not in str(door.events())
    assert door.events()[-1][1:3] == ("operator:?", False)


def test_a_locked_name_refuses_the_right_password_until_its_time(door: Door) -> None:
    for _ in range(5):
        door.enter(password=WRONG)
    before = door.passwords.verified
    assert door.enter() == Refused(START + timedelta(seconds=30))
    assert door.passwords.verified == before
    assert door.events()[-1][3] == Reason.LOCKED_OUT
    door.clock.now += timedelta(seconds=30)
    door.entered()


def test_a_success_forgets_the_failures(door: Door) -> None:
    for _ in range(3):
        for _ in range(4):
            assert door.enter(password=WRONG) == Refused()
        door.entered()


def test_a_new_password_lifts_the_hardest_lock(door: Door) -> None:
    for _ in range(WITHOUT_PAD.hard_stop):
        door.enter(password=WRONG)
        door.clock.now += timedelta(hours=2)
    locked = door.enter()
    assert isinstance(locked, Refused)
    assert locked.locked_until == datetime.max.replace(tzinfo=UTC)
    with door.work() as work:
        door.manage.set_password(work, ADA, OTHER)
    door.entered(password=OTHER)


def test_guesses_made_at_a_time_do_not_get_around_the_lock(door: Door) -> None:
    """While the right password was compared, others used the free failures up."""

    class Racing(CountingPasswords):
        def verify(self, password: str, stored: str | None) -> bool:
            if password == GOOD:
                for _ in range(5):
                    door.enter(password=WRONG)
            return super().verify(password, stored)

    sign_in = SignIn(Racing(), door.clock)
    with door.work() as work:
        answer = sign_in.with_password(work, ADA, GOOD)
    assert answer == Refused(START + WITHOUT_PAD.first_delay)


def test_a_password_that_is_changed_while_it_is_compared_opens_nothing(door: Door) -> None:
    class Racing(CountingPasswords):
        def verify(self, password: str, stored: str | None) -> bool:
            with door.work() as work:
                door.manage.set_password(work, ADA, OTHER)
            return super().verify(password, stored)

    sign_in = SignIn(Racing(), door.clock)
    with door.work() as work:
        assert sign_in.with_password(work, ADA, GOOD) == Refused()
    assert door.token_count() == 0


def test_a_hash_of_another_cost_is_made_anew(door: Door) -> None:
    stronger = Argon2Passwords(replace(CHEAPEST, time_cost=2))
    with door.work() as work:
        SignIn(stronger, door.clock).with_password(work, ADA, GOOD)
    with door.work() as work:
        known = work.operators.find(ADA)
    assert isinstance(known, StoredPassword)
    assert not stronger.needs_rehash(known.password_hash)
    assert stronger.verify(GOOD, known.password_hash)


def test_a_refresh_token_is_exchanged_for_the_next(door: Door) -> None:
    first = door.entered()
    door.clock.now += timedelta(hours=1)
    second = door.refreshed(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    assert second.ends_at == first.ends_at
    door.refreshed(second.refresh_token)


def test_a_session_ends_however_often_it_was_refreshed(door: Door) -> None:
    session = door.entered()
    for _ in range(11):
        door.clock.now += timedelta(hours=1)
        session = door.refreshed(session.refresh_token)
    door.clock.now += timedelta(hours=1)
    assert door.refresh(session.refresh_token) == Refused()


def test_a_used_token_that_comes_back_ends_its_family_for_good(door: Door) -> None:
    stolen, other = door.entered(), door.entered()
    current = door.refreshed(stolen.refresh_token)
    assert door.refresh(stolen.refresh_token) == Refused()
    assert door.events()[-1][1:3] == ("operator:ada", False)
    assert door.refresh(current.refresh_token) == Refused()
    door.refreshed(other.refresh_token)  # another session has nothing to do with it


def test_an_unknown_token_is_refused_and_not_noted(door: Door) -> None:
    before = door.events()
    assert door.refresh("0" * 64) == Refused()
    assert door.events() == before


def test_signing_out_ends_the_session_and_no_other(door: Door) -> None:
    mine, other = door.entered(), door.entered()
    current = door.refreshed(mine.refresh_token)
    for token in (mine.refresh_token, "unknown"):
        with door.work() as work:
            door.sign_in.sign_out(work, token)
    assert door.refresh(current.refresh_token) == Refused()
    door.refreshed(other.refresh_token)


@pytest.mark.parametrize("change", ["role", "password", "disable"])
def test_a_change_of_an_operator_ends_their_sessions(door: Door, change: str) -> None:
    session = door.entered()
    with door.work() as work:
        match change:
            case "role":
                door.manage.set_role(work, ADA, Role.AUDITOR)
            case "password":
                door.manage.set_password(work, ADA, OTHER)
            case _:
                door.manage.disable(work, ADA)
    assert door.refresh(session.refresh_token) == Refused()


def test_a_disabled_operator_is_refused_even_with_a_token_that_is_left(door: Door) -> None:
    session = door.entered()
    with door.work() as work:
        work.operators.set_disabled(ADA, door.clock())
    assert door.refresh(session.refresh_token) == Refused()
    assert door.token_count() == 0


def test_an_enabled_operator_may_sign_in_again(door: Door) -> None:
    with door.work() as work:
        door.manage.disable(work, ADA)
    assert door.enter() == Refused()
    with door.work() as work:
        door.manage.enable(work, ADA)
    door.entered()


def test_nothing_that_is_stored_opens_a_session(door: Door) -> None:
    session = door.entered()
    with door.database.engine.connect() as connection:
        stored = connection.execute(select(RefreshTokenRow.digest)).scalar_one()
    assert session.refresh_token != stored
    assert door.refresh(stored) == Refused()


def test_changes_are_audited_for_whoever_made_them(door: Door) -> None:
    with door.work("operator:ada") as work:
        door.manage.add(work, BOB, Role.AUDITOR, OTHER)
        door.manage.set_role(work, BOB, Role.OPERATOR)
        door.manage.set_password(work, BOB, GOOD)
        door.manage.disable(work, BOB)
        door.manage.disable(work, BOB)  # again: nothing changes
    changes = door.events()[1:]
    assert [event[:2] for event in changes] == [(AuditAction.CHANGE_CALLERS, "operator:ada")] * 4
    assert all('"operator:bob"' in event[4] for event in changes)
    assert GOOD not in str(changes)


def test_nobody_disables_or_demotes_themselves(door: Door) -> None:
    with door.work("operator:ada") as work:
        with pytest.raises(InvalidRequestError):
            door.manage.disable(work, ADA)
        with pytest.raises(InvalidRequestError):
            door.manage.set_role(work, ADA, Role.AUDITOR)


def test_a_taken_or_unknown_name_or_a_weak_password_changes_nothing(door: Door) -> None:
    with door.work() as work:
        with pytest.raises(OperatorExistsError):
            door.manage.add(work, ADA, Role.ADMIN, OTHER)
        with pytest.raises(UnknownOperatorError):
            door.manage.set_role(work, BOB, Role.ADMIN)
        with pytest.raises(InvalidRequestError, match="15 characters"):
            door.manage.set_password(work, ADA, "short")
        assert [operator.name for operator in door.manage.list(work)] == [ADA]
    door.entered()
