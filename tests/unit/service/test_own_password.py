"""A person's own password: what refuses it, and that nobody learns who has one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from mien.core.audit import AuditAction, AuditEvent
from mien.core.lockout import LockoutPolicy
from mien.core.self_service import SelfClaims, SignInWay
from mien.core.template import SubjectId
from mien.errors import InvalidRequestError
from mien.service.lockouts import identity_of, lift_lock, put_lock
from mien.service.own_password import SignInByPassword
from mien.service.sign_in import Refused
from mien.storage.database import Database
from tests.stored import ADA, BOB, NOW, enroll, erase
from tests.unit.service.conftest import Tick

PASSWORD = "nine green bottles"  # noqa: S105 of a test
NOBODY = SubjectId("nobody")
LOCKOUT = LockoutPolicy(free=2, hard_stop=4)


@dataclass
class PlainPasswords:
    """Keeps what it is given, notes what was compared, and may be made another cost."""

    compared: list[str | None] = field(default_factory=list)
    cost: str = "1"

    def require_strong(self, password: str, name: str) -> None:
        if password == name:
            raise InvalidRequestError("weak")

    def hash(self, password: str) -> str:
        return f"{self.cost}:{password}"

    def verify(self, password: str, stored: str | None) -> bool:
        self.compared.append(stored)
        return stored is not None and stored.partition(":")[2] == password

    def needs_rehash(self, stored: str) -> bool:
        return not stored.startswith(self.cost)


@dataclass
class Door:
    database: Database
    passwords: PlainPasswords
    clock: Tick
    way: SignInByPassword

    def enter(self, subject_id: SubjectId, password: str) -> SelfClaims | Refused:
        with self.database.unit_of_work("self") as work:
            return self.way(work, subject_id, password)

    def events(self) -> list[AuditEvent]:
        """Return the sign-ins on record, the newest last."""
        with self.database.unit_of_work("test") as work:
            entries = [entry.event for entry in work.audit.entries()]
        return [event for event in entries if event.action is AuditAction.LOG_IN]


@pytest.fixture
def door(database: Database) -> Door:
    """ADA has a password, BOB is enrolled without one."""
    enroll(database, ADA, 1)
    enroll(database, BOB, 2)
    passwords, clock = PlainPasswords(), Tick(NOW)
    made = Door(database, passwords, clock, SignInByPassword(passwords, clock, lockout=LOCKOUT))
    with database.unit_of_work("self") as work:
        made.way.set(work, ADA, PASSWORD)
    return made


def test_the_right_one_signs_in(door: Door) -> None:
    claims = door.enter(ADA, PASSWORD)
    with door.database.unit_of_work("test") as work:
        pseudonym = work.subjects.pseudonym(ADA)
    assert claims == SelfClaims(pseudonym, SignInWay.PASSWORD)  # type: ignore[arg-type]
    (event,) = door.events()
    assert (event.accepted, event.subject, event.actor) == (True, pseudonym, "self")
    assert event.details == {"how": "password"}


@pytest.mark.parametrize("who", [ADA, BOB, NOBODY])
def test_a_wrong_one_none_and_nobody_are_compared_and_refused_alike(
    door: Door, who: SubjectId
) -> None:
    assert door.enter(who, "another") == Refused()
    assert len(door.passwords.compared) == 1
    (event,) = door.events()
    assert (event.accepted, event.details) == (False, {"how": "password"})


@pytest.mark.parametrize("who", [ADA, BOB, NOBODY])
def test_failures_lock_whoever_they_are_of(door: Door, who: SubjectId) -> None:
    assert door.enter(who, "another") == Refused()
    locked = door.enter(who, "another")
    assert isinstance(locked, Refused)
    assert locked.locked_until is not None
    compared = len(door.passwords.compared)
    assert door.enter(who, PASSWORD) == locked
    assert len(door.passwords.compared) == compared  # it was not looked at
    with door.database.unit_of_work("test") as work:
        assert work.failures.of(identity_of(who)) is None  # the face is another matter


def test_a_lock_ends_and_a_success_forgets_the_failures(door: Door) -> None:
    for _ in range(2):
        door.enter(ADA, "another")
    door.clock.now += timedelta(minutes=1)
    assert isinstance(door.enter(ADA, PASSWORD), SelfClaims)
    assert door.enter(ADA, "another") == Refused()


def test_whom_an_operator_locked_stays_out_with_a_new_password_too(door: Door) -> None:
    with door.database.unit_of_work("operator:grace") as work:
        put_lock(work, ADA, NOW)
    with door.database.unit_of_work("self") as work:
        door.way.set(work, ADA, "another one")
    locked = door.enter(ADA, "another one")
    assert isinstance(locked, Refused)
    assert locked.locked_until == datetime.max.replace(tzinfo=NOW.tzinfo)
    with door.database.unit_of_work("operator:grace") as work:
        lift_lock(work, ADA, NOW)
    assert isinstance(door.enter(ADA, "another one"), SelfClaims)


def test_a_password_that_changed_meanwhile_is_not_the_one(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = door.passwords.verify

    def change_then_verify(password: str, stored: str | None) -> bool:
        door.passwords.cost = "2"
        door.way.set(work, ADA, "changed by another server")
        return verify(password, stored)

    monkeypatch.setattr(door.passwords, "verify", change_then_verify)
    with door.database.unit_of_work("self") as work:
        assert door.way(work, ADA, PASSWORD) == Refused()


def test_a_hash_of_another_cost_is_made_anew(door: Door) -> None:
    door.passwords.cost = "2"
    assert isinstance(door.enter(ADA, PASSWORD), SelfClaims)
    with door.database.unit_of_work("test") as work:
        known = work.own_passwords.find(ADA)
    assert known is not None
    assert known.password_hash == door.passwords.hash(PASSWORD)


def test_a_weak_one_is_not_set(door: Door) -> None:
    with door.database.unit_of_work("self") as work, pytest.raises(InvalidRequestError):
        door.way.set(work, BOB, BOB)
    assert isinstance(door.enter(BOB, BOB), Refused)


def test_failures_on_who_was_erased_are_not_their_namesake_s(door: Door) -> None:
    for _ in range(4):
        door.enter(ADA, "another")
    erase(door.database, ADA)
    enroll(door.database, ADA, 3)
    assert door.enter(ADA, PASSWORD) == Refused()  # a try among others, and not locked
