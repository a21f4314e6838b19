"""Compare how often groups of people are refused, by the attempts that the audit log holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, final

from mien.core.fairness import GroupComparison, compare_groups
from mien.core.groups import Attribute
from mien.core.ports import Clock, UnitOfWork
from mien.errors import InvalidRequestError

DEFAULT_DAYS: Final = 30
MAX_DAYS: Final = 366


@final
class CompareGroups:
    """Only of whole days, in UTC, that are over.

    Figures that changed with every attempt would tell, to whoever asks before and after one, how
    the attempt of that one person ended.
    """

    def __init__(self, clock: Clock, days: int = DEFAULT_DAYS) -> None:
        """Take how many days are looked back on where nobody asks for others."""
        self._clock: Final = clock
        self._days: Final = days

    def __call__(
        self, work: UnitOfWork, attribute: Attribute, days: int | None = None
    ) -> GroupComparison:
        """Compare the groups of those who have one; raise InvalidRequestError for the days."""
        days = self._days if days is None else days
        if not 1 <= days <= MAX_DAYS:
            raise InvalidRequestError(f"attempts are compared over 1 to {MAX_DAYS} days")
        until = beginning_of_day(self._clock())
        since = until - timedelta(days=days)
        return compare_groups(
            attribute,
            work.groups.members(attribute),
            work.audit.attempts(since, until),
            since=since,
            until=until,
        )


def beginning_of_day(at: datetime) -> datetime:
    """Return the midnight before, in UTC."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
