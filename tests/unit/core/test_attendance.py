"""Attendance: nobody is told of in a crowd of fewer than five."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mien.core.attendance import Attendance, DayCount, Department, attendance
from mien.core.groups import FEWEST, Group
from mien.core.template import SubjectId

MONDAY = date(2026, 11, 16)
DAYS = [MONDAY + timedelta(days=number) for number in range(3)]
LARGE, OTHER, SMALL = Group("large"), Group("other"), Group("small")
MEMBERS = {
    SubjectId(f"{group}.{number}"): group
    for group, people in ((LARGE, 20), (OTHER, 12), (SMALL, FEWEST - 1))
    for number in range(people)
}


def seen(group: Group, people: int, day: date = MONDAY) -> DayCount:
    return DayCount(group, day, people, authentications=2 * people + 1, accepted=2 * people)


def told(*counts: DayCount, days: list[date] = DAYS) -> Attendance:
    return attendance(counts, MEMBERS, days, since=days[0], until=days[-1] + timedelta(days=1))


def on_monday(found: Attendance) -> dict[Group, DayCount | None]:
    return {department.group: department.days[0].counts for department in found.departments}


def test_a_department_is_told_of_day_by_day() -> None:
    count = seen(LARGE, 9)
    found = told(count)
    large = next(each for each in found.departments if each.group == LARGE)
    assert isinstance(large, Department)
    assert large.people == 20
    assert [(day.day, day.counts) for day in large.days] == [
        (DAYS[0], count),
        (DAYS[1], None),
        (DAYS[2], None),
    ]


def test_a_department_of_fewer_than_five_is_withheld_and_counted() -> None:
    found = told(seen(SMALL, FEWEST - 1), seen(LARGE, 9), seen(OTHER, 9))
    assert [department.group for department in found.departments] == [LARGE, OTHER]
    assert found.withheld == 1


def test_a_day_on_which_fewer_than_five_came_is_not_told() -> None:
    assert on_monday(told(seen(LARGE, FEWEST), seen(OTHER, FEWEST))) == {
        LARGE: seen(LARGE, FEWEST),
        OTHER: seen(OTHER, FEWEST),
    }
    assert on_monday(told(seen(LARGE, 15), seen(OTHER, FEWEST - 1)))[OTHER] is None


def test_nothing_follows_by_subtraction_from_the_attempts_of_everybody() -> None:
    # With the larger one told, two people would be left of all attempts of the day.
    found = told(seen(LARGE, 9), seen(OTHER, 2))
    assert on_monday(found) == {LARGE: None, OTHER: None}
    found = told(seen(LARGE, 9), seen(OTHER, 7), seen(SMALL, 2))
    assert on_monday(found) == {LARGE: seen(LARGE, 9), OTHER: None}


@st.composite
def day_counts(draw: st.DrawFn) -> list[DayCount]:
    return [
        seen(group, draw(st.integers(0, people)), day)
        for group, people in ((LARGE, 20), (OTHER, 12), (SMALL, FEWEST - 1))
        for day in DAYS
    ]


@given(day_counts())
def test_whatever_is_told_is_of_five_people_and_so_is_the_rest(counts: list[DayCount]) -> None:
    found = told(*counts)
    for number, day in enumerate(DAYS):
        shown = [each.days[number].counts for each in found.departments]
        people = [count.people for count in shown if count is not None]
        hidden = sum(count.people for count in counts if count.day == day) - sum(people)
        assert all(count >= FEWEST for count in people)
        assert not people or hidden == 0 or hidden >= FEWEST


@given(day_counts())
def test_a_question_about_fewer_days_is_answered_alike(counts: list[DayCount]) -> None:
    whole, part = told(*counts), told(*counts[:], days=DAYS[1:2])
    assert [each.days[1] for each in whole.departments] == [
        each.days[0] for each in part.departments
    ]
