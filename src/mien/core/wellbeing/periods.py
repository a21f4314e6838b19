"""Days and weeks, in UTC: what figures are of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)


class Period(StrEnum):
    """How long one figure is of; stable words of the wire. A week begins on Monday (ISO 8601)."""

    DAY = "day"
    WEEK = "week"

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return _DAY if self is Period.DAY else _WEEK

    def start(self, day: date) -> date:
        """Return the first day of the period that a day is in."""
        return day if self is Period.DAY else day - timedelta(days=day.weekday())

    def next_start(self, day: date) -> date:
        """Return the first period that begins on this day or later."""
        start = self.start(day)
        return start if start == day else start + self.length


def day_of(at: datetime) -> date:
    """Return the day of a moment, in UTC."""
    return at.astimezone(UTC).date()


def beginning_of(day: date) -> datetime:
    """Return the moment a day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """From a day on, and up to another that is not in it."""

    first: date
    end: date

    def periods(self, period: Period) -> Iterator[date]:
        """Yield the first day of each period that lies in the span as a whole."""
        start = period.next_start(self.first)
        while start + period.length <= self.end:
            yield start
            start += period.length
