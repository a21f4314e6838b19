"""Entries by what is asked of them, in both databases."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mien.core.attempt_counts import COUNTED, Bucket
from mien.core.audit import AuditAction, AuditEvent
from mien.core.audit_log import AuditFilter
from mien.core.groups import DEPARTMENT, Group
from mien.core.policy import Reason
from mien.errors import UnknownSubjectError
from mien.storage.database import Database
from tests.stored import ADA, BOB, EVE, enroll

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LENGTH = 12


@pytest.fixture
def log(database: Database) -> Database:
    """Two people enrolled, then twelve attempts of them in turn, an hour from each other."""
    enroll(database, ADA, 1)
    enroll(database, BOB, 2)
    with database.unit_of_work("key:1f2e3d4c") as work:
        for number in range(LENGTH):
            who = ADA if number % 2 else BOB
            work.audit.append(
                AuditEvent(
                    action=AuditAction.IDENTIFY if number % 3 == 0 else AuditAction.AUTHENTICATE,
                    at=NOON + timedelta(hours=number),
                    actor="key:1f2e3d4c" if number < 6 else "operator:grace",
                    subject=work.subjects.pseudonym(who),
                    accepted=number % 4 == 0,
                    reason=Reason.MATCH if number % 4 == 0 else Reason.LOW_CONFIDENCE,
                )
            )
    return database


def sequences(log: Database, wanted: AuditFilter, **page: int) -> list[int]:
    with log.unit_of_work("test") as work:
        return [entry.sequence for entry in work.audit_queries.find(wanted, limit=100, **page)]


def matching(*numbers: int) -> list[int]:
    """The first two entries are enrollments."""
    return [number + 3 for number in numbers]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (AuditFilter(), [1, 2, *matching(*range(LENGTH))]),
        (AuditFilter(action=AuditAction.IDENTIFY), matching(0, 3, 6, 9)),
        (AuditFilter(actor="operator:grace"), matching(*range(6, LENGTH))),
        (AuditFilter(actor="operator:%"), []),
        (AuditFilter(accepted=True), matching(0, 4, 8)),
        (AuditFilter(accepted=False), matching(1, 2, 3, 5, 6, 7, 9, 10, 11)),
        (AuditFilter(subject_id=ADA), [1, *matching(1, 3, 5, 7, 9, 11)]),
        (AuditFilter(since=NOON + timedelta(hours=10)), matching(10, 11)),
        (
            AuditFilter(since=NOON, until=NOON + timedelta(hours=1)),
            matching(0),
        ),
        (AuditFilter(action=AuditAction.IDENTIFY, subject_id=BOB, accepted=False), matching(6)),
    ],
)
def test_a_filter_leaves_what_it_names(
    log: Database, wanted: AuditFilter, expected: list[int]
) -> None:
    assert sequences(log, wanted) == expected
    assert sequences(log, wanted, before=10**9) == expected[::-1]


def test_pages_lead_in_both_directions(log: Database) -> None:
    wanted = AuditFilter(subject_id=ADA)
    assert sequences(log, wanted, after=4) == matching(3, 5, 7, 9, 11)
    assert sequences(log, wanted, before=matching(9)[0]) == [*matching(7, 5, 3, 1), 1]
    with log.unit_of_work("test") as work:
        newest = work.audit_queries.find(AuditFilter(), limit=2, before=2**63 - 1)
        assert [entry.sequence for entry in newest] == matching(11, 10)


def test_nobody_who_is_not_enrolled_is_looked_for(log: Database) -> None:
    with pytest.raises(UnknownSubjectError):
        sequences(log, AuditFilter(subject_id=EVE))


def test_only_a_filter_that_names_nothing_is_open() -> None:
    assert AuditFilter().is_open
    assert not AuditFilter(accepted=False).is_open


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_counts_are_those_of_naive_counting(database: Database, data: st.DataObject) -> None:
    moments = data.draw(
        st.lists(st.integers(0, 40 * 24 * 3600 * 1000), min_size=1, max_size=20, unique=True)
    )
    bucket = data.draw(st.sampled_from(Bucket))
    events = [
        AuditEvent(
            data.draw(st.sampled_from([*COUNTED, AuditAction.EXPORT])),
            NOON + timedelta(milliseconds=moment),
            "test",
            accepted=data.draw(st.booleans()),
        )
        for moment in moments
    ]
    since, until = bucket.start(NOON + timedelta(days=3)), NOON + timedelta(days=30)
    session = database.unit_of_work("test")
    with session as work:
        before = _counted(work.audit_queries.count(since, until, bucket))
        for event in events:
            work.audit.append(event)
        after = _counted(work.audit_queries.count(since, until, bucket))
    expected = Counter(
        (bucket.start(event.at), event.action, event.accepted)
        for event in events
        if event.action in COUNTED and since <= event.at < until
    )
    assert after - before == expected


def _counted(counts: object) -> Counter[object]:
    assert isinstance(counts, list)
    return Counter({(c.at, c.action, c.accepted): c.count for c in counts})


def test_attendance_is_counted_by_day_and_department(log: Database) -> None:
    with log.unit_of_work("test") as work:
        work.groups.put(ADA, DEPARTMENT, Group("research"))
        work.groups.put(BOB, DEPARTMENT, Group("kitchen"))
        found = work.audit_queries.attendance(DEPARTMENT, NOON, NOON + timedelta(days=1))
    days = sorted((each.group, each.day.day, each.people) for each in found)
    assert days == [("kitchen", 21, 1), ("research", 21, 0)]
    kitchen = next(each for each in found if each.group == "kitchen")
    # Of bob the numbers 2, 4, 8 and 10 were authentications: 4 and 8 were accepted.
    assert (kitchen.authentications, kitchen.accepted) == (4, 2)
