"""Tell people how their own expressions went, and organizations how those of groups did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final, final

from mien.core.audit import AuditAction, AuditEvent
from mien.core.consent import Purpose
from mien.core.expression_log import EXPRESSIONS_KEPT
from mien.core.groups import DEPARTMENT, Attribute
from mien.core.ports import Clock, UnitOfWork
from mien.core.template import SubjectId
from mien.core.wellbeing.periods import Period, Span, beginning_of, day_of
from mien.core.wellbeing.release import Release, release
from mien.core.wellbeing.score import Days, Series, by_day, series_of_person
from mien.errors import ConsentMissingError, InvalidRequestError

_DAY: Final = timedelta(days=1)


@final
class Wellbeing:
    """Only of days and weeks that are over: what was told of one never changes by itself."""

    def __init__(
        self,
        clock: Clock,
        kept: timedelta = EXPRESSIONS_KEPT,
        group_period: Period = Period.WEEK,
    ) -> None:
        """Take how long expressions are kept, and the one period that is told of groups."""
        self._clock: Final = clock
        self._kept: Final = kept
        self._group_period: Final = group_period

    def of_person(
        self, work: UnitOfWork, subject_id: SubjectId, period: Period, since: date | None = None
    ) -> Series:
        """Return one person's line, for that person alone.

        Raises UnknownSubjectError, and ConsentMissingError for whoever has not agreed to it.
        """
        records = work.expressions.of(subject_id)
        if not work.consents.has(subject_id, Purpose.EXPRESSION):
            raise ConsentMissingError(
                f"{subject_id} has not agreed to {Purpose.EXPRESSION}: nothing is kept of what "
                "their face expresses"
            )
        return series_of_person(by_day(records), period, self._span(since))

    def of_groups(
        self,
        work: UnitOfWork,
        attribute: Attribute = DEPARTMENT,
        period: Period | None = None,
        since: date | None = None,
    ) -> Release:
        """Return what may be told of groups; raise InvalidRequestError for what never is.

        A server tells groups in one period only: whoever has days and weeks of the same people
        could tell from the difference how somebody did who was there on one day.
        """
        if attribute != DEPARTMENT:
            raise InvalidRequestError(
                f"well-being is told by {DEPARTMENT} only: people have agreed to have other groups "
                f"noted for {Purpose.FAIRNESS}, which is another purpose"
            )
        if period not in {None, self._group_period}:
            raise InvalidRequestError(
                f"this server tells groups by the {self._group_period} only, because days and "
                "weeks together would give single people away: MIEN_WELLBEING_PERIOD chooses"
            )
        span = self._span(since)
        days = dict(_days(work, beginning_of(span.first)))
        members = work.groups.members(attribute)
        return release(days, members, attribute, self._group_period, span)

    def erase_all(self, work: UnitOfWork) -> int:
        """Erase every expression of everybody, and say so on record; return how many."""
        count = work.expressions.clear()
        event = AuditEvent(
            AuditAction.ERASE_EXPRESSIONS, self._clock(), work.actor, details={"records": count}
        )
        work.audit.append(event)
        return count

    def _span(self, since: date | None) -> Span:
        """Return the days that are over and of which nothing was forgotten yet."""
        now: datetime = self._clock()
        today, kept_from = day_of(now), day_of(now - self._kept) + _DAY
        wanted = kept_from if since is None else max(since, kept_from)
        return Span(min(wanted, today), today)


def _days(work: UnitOfWork, start: datetime) -> Iterator[tuple[SubjectId, Days]]:
    with closing(work.expressions.since(start)) as records:
        for subject_id, mine in groupby(records, key=lambda found: found[0]):
            yield subject_id, by_day(record for _, record in mine)
