"""Times in a query: with a zone, and such as every database knows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime

_FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(3000, 1, 1, tzinfo=UTC)


def _known_time(at: datetime) -> datetime:
    # Compared before it is converted: near the ends of all times that would overflow.
    if not timedelta(0) <= at - _FIRST <= _LAST - _FIRST:
        raise ValueError(f"the time lies between the years {_FIRST.year} and {_LAST.year}")
    return at.astimezone(UTC)


def _known_day(day: date) -> date:
    if not _FIRST.date() <= day <= _LAST.date():
        raise ValueError(f"the day lies between the years {_FIRST.year} and {_LAST.year}")
    return day


Moment = Annotated[AwareDatetime, AfterValidator(_known_time)]
"""A time with its zone, read as UTC."""

KnownDay = Annotated[date, AfterValidator(_known_day)]
"""A day, in UTC."""
