"""Answers about how many people of a department were recognized day by day."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import BaseModel

from mien.api.schemas.example import example
from mien.core.attendance import Attendance, Day, Department
from mien.core.groups import FEWEST


class AttendanceDayResult(BaseModel):
    """One day, in UTC. people: who were recognized; all null where that is of too few to tell."""

    date: date
    people: int | None
    authentications: int | None
    accepted: int | None

    @classmethod
    def of(cls, day: Day) -> Self:
        """Present a day."""
        counts = day.counts
        return cls(
            date=day.day,
            people=counts.people if counts else None,
            authentications=counts.authentications if counts else None,
            accepted=counts.accepted if counts else None,
        )


class DepartmentAttendance(BaseModel):
    """A department. people: who belong to it now."""

    group: str
    people: int
    days: list[AttendanceDayResult]

    @classmethod
    def of(cls, department: Department) -> Self:
        """Present a department."""
        days = [AttendanceDayResult.of(day) for day in department.days]
        return cls(group=department.group, people=department.people, days=days)


class AttendanceResult(BaseModel):
    """The days from *since* to before *until*, none of which is today.

    withheld: how many departments are not told of, because they are of too few people.
    """

    model_config = example(
        since="2026-11-19",
        until="2026-11-21",
        min_people=FEWEST,
        departments=[
            {
                "group": "research",
                "people": 41,
                "days": [
                    {"date": "2026-11-19", "people": 33, "authentications": 71, "accepted": 69},
                    {
                        "date": "2026-11-20",
                        "people": None,
                        "authentications": None,
                        "accepted": None,
                    },
                ],
            }
        ],
        withheld=1,
    )

    since: date
    until: date
    min_people: int
    departments: list[DepartmentAttendance]
    withheld: int

    @classmethod
    def of(cls, told: Attendance) -> Self:
        """Present what may be told."""
        return cls(
            since=told.since,
            until=told.until,
            min_people=FEWEST,
            departments=[DepartmentAttendance.of(department) for department in told.departments],
            withheld=told.withheld,
        )
