"""Tell how many people of each department were recognized day by day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, final

from mien.core.attendance import Attendance, attendance
from mien.core.groups import DEPARTMENT
from mien.core.ports import Clock, UnitOfWork
from mien.core.wellbeing.periods import beginning_of, day_of
from mien.errors import InvalidRequestError

MAX_DAYS: Final = 366
_USUAL_DAYS: Final = 30
_DAY: Final = timedelta(days=1)


@final
class TellAttendance:
    """Only of whole days, in UTC, that are over.

    Figures of today would tell, to whoever asks before and after one attempt, who made it.
    """

    def __init__(self, clock: Clock) -> None:
        """Take the clock."""
        self._clock: Final = clock

    def __call__(
        self, work: UnitOfWork, since: date | None = None, until: date | None = None
    ) -> Attendance:
        """Tell of the days from *since* to before *until*, as far as they are over.

        Raises InvalidRequestError for none, or more than a year.
        """
        today = day_of(self._clock())
        end = today if until is None else min(until, today)
        first = end - _USUAL_DAYS * _DAY if since is None else since
        if not 1 <= (end - first).days <= MAX_DAYS:
            raise InvalidRequestError(
                f"attendance is told of 1 to {MAX_DAYS} days that are over, and today is not"
            )
        counts = work.audit_queries.attendance(DEPARTMENT, beginning_of(first), beginning_of(end))
        members = work.groups.members(DEPARTMENT)
        days = [first + number * _DAY for number in range((end - first).days)]
        return attendance(counts, members, days, since=first, until=end)
