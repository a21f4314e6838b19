"""On how many days how many people of a department were recognized; never of few people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mien.core.fairness import choose_told
from mien.core.groups import FEWEST, Group
from mien.core.template import SubjectId


@dataclass(frozen=True, slots=True)
class DayCount:
    """The authentications of one department's people on one day, in UTC.

    people: how many of them were recognized, once or more often.
    """

    group: Group
    day: date
    people: int
    authentications: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Day:
    """What is told of one day; counts is None where it would be of too few people."""

    day: date
    counts: DayCount | None


@dataclass(frozen=True, slots=True)
class Department:
    """A department of at least five people, and each of the days. people: who belong to it now."""

    group: Group
    people: int
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Attendance:
    """From *since* to before *until*. withheld: departments of fewer than five people."""

    since: date
    until: date
    departments: tuple[Department, ...]
    withheld: int


def attendance(
    counts: Iterable[DayCount],
    members: Mapping[SubjectId, Group],
    days: Sequence[date],
    *,
    since: date,
    until: date,
) -> Attendance:
    """Return what may be told of departments.

    What is told of a day depends on that day alone: a question about more days, or fewer, tells
    nothing new of it. How many attempts everybody made on a day is no secret, so on each day a
    further department is left out where it, or those that are, would follow by subtraction.
    """
    people = Counter(members.values())
    told = sorted(group for group, count in people.items() if count >= FEWEST)
    by_day: dict[date, dict[Group, DayCount]] = {}
    for count in counts:
        by_day.setdefault(count.day, {})[count.group] = count
    open_on = {
        day: choose_told({group: count.people for group, count in groups.items()})
        for day, groups in by_day.items()
    }
    return Attendance(
        since,
        until,
        tuple(
            Department(
                group,
                people[group],
                tuple(
                    Day(day, by_day[day][group] if group in open_on.get(day, ()) else None)
                    for day in days
                ),
            )
            for group in told
        ),
        len(people) - len(told),
    )
