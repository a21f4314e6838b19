"""An operator's lock holds until an operator lifts it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mien.core.audit import AuditAction
from mien.core.liveness import LivenessPolicy
from mien.core.lockout import WITHOUT_PAD, lockout_for
from mien.core.policy import Reason
from mien.core.template import SubjectId
from mien.service.housekeeping import Housekeeping
from mien.service.lockouts import identity_of, lift_lock, put_lock, show_locks
from tests.unit.service.conftest import House

ADA, GHOST = SubjectId("ada"), SubjectId("ghost")


def lock(house: House, who: SubjectId = ADA) -> None:
    with house.database.unit_of_work("operator:grace") as work:
        put_lock(work, who, house.clock())


def reason(house: House, take: int, who: SubjectId = ADA) -> Reason:
    with house.database.unit_of_work("test") as work:
        return house.authenticate(work, who, f"ada:{take}".encode()).reason


@pytest.fixture
def enrolled(house: House) -> House:
    with house.database.unit_of_work("test") as work:
        house.enroll(work, ADA, [b"ada:1"])
    return house


def test_even_the_right_face_is_locked_out_however_long_one_waits(enrolled: House) -> None:
    lock(enrolled)
    enrolled.clock.now += timedelta(days=10 * 365)
    assert reason(enrolled, 2) is Reason.LOCKED_OUT
    with enrolled.database.unit_of_work("test") as work:
        assert show_locks(work, [ADA], WITHOUT_PAD)[ADA].until is not None


@pytest.mark.parametrize("policy", LivenessPolicy)
def test_it_holds_under_every_policy(enrolled: House, policy: LivenessPolicy) -> None:
    lock(enrolled)
    with enrolled.database.unit_of_work("test") as work:
        until = lockout_for(policy).locked_until(work.failures.of(identity_of(ADA)))
    assert until is not None
    assert until.year == 9999


def test_it_stands_over_failures_before_and_is_not_swept_away(enrolled: House) -> None:
    for take in range(3):
        with enrolled.database.unit_of_work("test") as work:
            enrolled.authenticate(work, ADA, f"x:{take}".encode())
    lock(enrolled)
    enrolled.clock.now += timedelta(days=1000)
    with enrolled.database.unit_of_work("mien") as work:
        Housekeeping(WITHOUT_PAD, timedelta(days=1), enrolled.clock)(work)
    assert reason(enrolled, 2) is Reason.LOCKED_OUT


def test_an_operator_lifts_it_and_both_are_on_record(enrolled: House) -> None:
    lock(enrolled)
    with enrolled.database.unit_of_work("operator:grace") as work:
        lift_lock(work, ADA, enrolled.clock())
    assert reason(enrolled, 2) is Reason.MATCH
    with enrolled.database.unit_of_work("test") as work:
        mine = work.subjects.pseudonym(ADA)
        events = [entry.event for entry in work.audit.entries()]
    kinds = [each.action for each in events if each.subject == mine and "grace" in each.actor]
    assert kinds == [AuditAction.LOCK, AuditAction.UNLOCK]


def test_an_identity_that_is_not_enrolled_is_locked_the_same_way(enrolled: House) -> None:
    lock(enrolled, GHOST)
    assert reason(enrolled, 2, GHOST) is Reason.LOCKED_OUT
    assert reason(enrolled, 3) is Reason.MATCH
