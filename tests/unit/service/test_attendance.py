"""Real attempts of a real database's departments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from mien.core.attendance import Attendance
from mien.core.groups import DEPARTMENT, Group
from mien.core.template import SubjectId
from mien.errors import InvalidRequestError
from mien.service.attendance import MAX_DAYS, TellAttendance
from mien.service.erase_subject import erase_subject
from tests.unit.service.conftest import House

RESEARCH, KITCHEN = Group("research"), Group("kitchen")
PEOPLE = [SubjectId(f"p{number}") for number in range(7)]
DAY = date(2026, 1, 1)
TOMORROW = datetime(2026, 1, 2, 0, 30, tzinfo=UTC)


@pytest.fixture
def busy(house: House) -> House:
    """Six researchers, who came twice each and one of them failed once more; one cook."""
    for number, who in enumerate(PEOPLE):
        with house.database.unit_of_work("test") as work:
            house.enroll(work, who, [f"{who}:1".encode()])
            work.groups.put(who, DEPARTMENT, RESEARCH if number < 6 else KITCHEN)
            for take in (2, 3):
                assert house.authenticate(work, who, f"{who}:{take}".encode()).accepted
    with house.database.unit_of_work("test") as work:
        assert not house.authenticate(work, PEOPLE[0], b"x:9").accepted
    return house


def tell(
    house: House, since: date | None = None, until: date | None = None, now: datetime = TOMORROW
) -> Attendance:
    with house.database.unit_of_work("test") as work:
        return TellAttendance(lambda: now)(work, since, until)


def test_people_are_counted_once_and_attempts_each_time(house: House, busy: House) -> None:
    assert busy is house
    with house.database.unit_of_work("test") as work:
        erase_subject(work, PEOPLE[6], house.clock())  # or the research would follow from it
    told = tell(house, since=DAY)
    (research,) = told.departments
    assert (research.group, research.people, told.withheld) == (RESEARCH, 6, 0)
    ((day, counts),) = [(each.day, each.counts) for each in research.days]
    assert day == DAY
    assert counts is not None
    assert (counts.people, counts.authentications, counts.accepted) == (6, 13, 12)


def test_a_department_of_one_is_withheld_and_hides_what_would_tell_of_it(busy: House) -> None:
    told = tell(busy, since=DAY)
    assert told.withheld == 1
    (research,) = told.departments
    assert research.days[0].counts is None


def test_the_day_that_is_not_over_is_not_told(busy: House) -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    told = tell(busy, since=DAY - timedelta(days=2), until=DAY + timedelta(days=9), now=noon)
    assert told.until == DAY
    assert all(day.counts is None for each in told.departments for day in each.days)


def test_without_a_span_it_is_thirty_days(busy: House) -> None:
    told = tell(busy)
    assert (told.since, told.until) == (DAY - timedelta(days=29), DAY + timedelta(days=1))
    assert all(len(each.days) == 30 for each in told.departments)


@pytest.mark.parametrize("days", [0, -1, MAX_DAYS + 1])
def test_days_have_bounds(house: House, days: int) -> None:
    tomorrow = TOMORROW.date()
    with pytest.raises(InvalidRequestError, match="1 to 366"):
        tell(house, since=tomorrow - timedelta(days=days))
