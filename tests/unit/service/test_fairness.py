"""Real attempts on a real database, told by groups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from mien.core.audit import AuditAction, AuditEvent
from mien.core.consent import Purpose
from mien.core.fairness import Attempts, GroupComparison, Rate
from mien.core.groups import Attribute, Group
from mien.core.policy import Reason
from mien.core.template import SubjectId
from mien.errors import InvalidRequestError, TamperedError
from mien.service.erase_subject import erase_subject
from mien.service.fairness import CompareGroups, beginning_of_day
from mien.storage.tables import AuditEntryRow
from tests.unit.service.conftest import House

SIDE = Attribute("side")
LEFT, RIGHT = Group("left"), Group("right")
PEOPLE = [SubjectId(f"p{number}") for number in range(10)]
TOMORROW = datetime(2026, 1, 2, 0, 30, tzinfo=UTC)


@pytest.fixture
def busy(house: House) -> House:
    """Ten people of two groups, who came two times each; half of those on the right failed once."""
    for number, who in enumerate(PEOPLE):
        with house.database.unit_of_work("test") as work:
            house.enroll(work, who, [f"{who}:1".encode()])
            work.consents.give(who, Purpose.FAIRNESS, house.clock())
            work.groups.put(who, SIDE, LEFT if number < 5 else RIGHT)
            fails = number in (5, 6)
            assert house.authenticate(work, who, f"{who}:2".encode()).accepted
            shown = f"{'x' if fails else who}:{number + 10}".encode()
            answer = house.authenticate(work, who, shown)
            assert answer.accepted is not fails
    return house


def compare(house: House, now: datetime = TOMORROW, days: int = 7) -> GroupComparison:
    with house.database.unit_of_work("test") as work:
        return CompareGroups(lambda: now)(work, SIDE, days)


def test_attempts_are_counted_by_group(busy: House) -> None:
    compared = compare(busy)
    refused = compared.rates[Rate.REFUSED]
    assert [(g, r.people, r.attempts, r.refused) for g, r in refused.items()] == [
        (LEFT, 5, 10, 0),
        (RIGHT, 5, 10, 2),
    ]
    assert compared.reasons[RIGHT] == {Reason.MATCH: 8, Reason.LOW_CONFIDENCE: 2}
    assert not compared.rates[Rate.SPOOF_SUSPECTED]  # no attempt was checked


def test_the_day_that_is_not_over_is_not_told(busy: House) -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert not compare(busy, noon).reasons


def test_what_was_before_the_days_is_not_told(busy: House) -> None:
    assert not compare(busy, TOMORROW + timedelta(days=7)).reasons
    assert compare(busy, TOMORROW + timedelta(days=6)).reasons


def test_who_withdraws_or_is_erased_is_in_no_figure(busy: House) -> None:
    with busy.database.unit_of_work("test") as work:
        work.consents.withdraw(PEOPLE[0], Purpose.FAIRNESS)
    # Four are left on the left, and the right could be told by subtraction.
    assert not compare(busy).reasons
    with busy.database.unit_of_work("test") as work:
        work.consents.give(PEOPLE[0], Purpose.FAIRNESS, busy.clock())
        work.groups.put(PEOPLE[0], SIDE, LEFT)
        erase_subject(work, PEOPLE[9], busy.clock(), AuditAction.ERASE)
    assert not compare(busy).reasons


def test_who_is_not_enrolled_leaves_no_attempt_of_anybody(busy: House) -> None:
    before = compare(busy)
    with busy.database.unit_of_work("test") as work:
        busy.authenticate(work, SubjectId("nobody"), b"nobody:1")
    assert compare(busy) == before


def test_attempts_tell_whether_liveness_was_looked_at(house: House) -> None:
    with house.database.unit_of_work("test") as work:
        house.enroll(work, PEOPLE[0], [b"p0:1"])
        for number, policy in enumerate(("none", "passive", "both")):
            work.audit.append(
                AuditEvent(
                    action=AuditAction.AUTHENTICATE,
                    at=TOMORROW - timedelta(hours=number + 1),
                    actor="test",
                    subject=work.subjects.pseudonym(PEOPLE[0]),
                    accepted=True,
                    reason=Reason.MATCH,
                    details={"attempt": "1", "failed_checks": "", "liveness": policy},
                )
            )
        found = work.audit.attempts(TOMORROW - timedelta(days=1), TOMORROW)
        assert sorted((a.checked, a.count) for a in found) == [(False, 1), (True, 2)]
        assert {a.subject_id for a in found} == {PEOPLE[0]}
        assert work.audit.attempts(TOMORROW - timedelta(hours=1), TOMORROW) == [
            Attempts(PEOPLE[0], Reason.MATCH, checked=False, count=1)
        ]


def test_an_entry_with_a_reason_that_is_none_is_found_out(busy: House) -> None:
    with busy.database.engine.begin() as connection:
        connection.execute(update(AuditEntryRow).values(reason="SUSPICION"))
    with pytest.raises(TamperedError, match="cannot be read"):
        compare(busy)


@pytest.mark.parametrize("days", [0, -1, 367])
def test_days_have_bounds(house: House, days: int) -> None:
    with pytest.raises(InvalidRequestError, match="1 to 366"):
        compare(house, days=days)


def test_a_day_begins_at_midnight_in_utc() -> None:
    at = datetime.fromisoformat("2026-03-01T01:30:00+02:00")
    assert beginning_of_day(at) == datetime(2026, 2, 28, tzinfo=UTC)
