"""How many attempts there were over time, and how they ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from mien.core.audit import AuditAction
from mien.core.policy import Reason

FIRST_MONDAY: Final = datetime(1970, 1, 5, tzinfo=UTC)
"""From here on hours, days and weeks are counted: all three begin with it."""

COUNTED: Final = (AuditAction.AUTHENTICATE, AuditAction.IDENTIFY, AuditAction.ENROLL)


class Bucket(StrEnum):
    """How long one count is of, in UTC; stable words of the wire. A week begins on Monday."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return _LENGTHS[self]

    def start(self, at: datetime) -> datetime:
        """Return the beginning of the bucket that a moment lies in."""
        return self.at((at - FIRST_MONDAY) // self.length)

    def at(self, number: int) -> datetime:
        """Return the beginning of a bucket, by its number from the first Monday on."""
        return FIRST_MONDAY + number * self.length


_LENGTHS: Final[Mapping[Bucket, timedelta]] = {
    Bucket.HOUR: timedelta(hours=1),
    Bucket.DAY: timedelta(days=1),
    Bucket.WEEK: timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True)
class AttemptCount:
    """How many events of one kind ended in one way, in the bucket that begins at a time."""

    at: datetime
    action: AuditAction
    accepted: bool
    reason: Reason | None
    count: int


@dataclass(frozen=True, slots=True)
class BucketCounts:
    """What was tried in one bucket. accepted: of the authentications; found: by identifications."""

    at: datetime
    authentications: int
    accepted: int
    identifications: int
    found: int
    enrollments: int


@dataclass(frozen=True, slots=True)
class AttemptFigures:
    """Every bucket from *since* to before *until*, empty ones too.

    reasons: how authentications and identifications ended, all buckets together.
    """

    since: datetime
    until: datetime
    bucket: Bucket
    buckets: tuple[BucketCounts, ...]
    reasons: Mapping[Reason, int]


def tabulate(
    counts: Iterable[AttemptCount], bucket: Bucket, since: datetime, until: datetime
) -> AttemptFigures:
    """Return counts in the order of time; *since* is the beginning of a bucket."""
    tried: Counter[tuple[datetime, AuditAction]] = Counter()
    accepted: Counter[tuple[datetime, AuditAction]] = Counter()
    reasons: Counter[Reason] = Counter()
    for count in counts:
        place = count.at, count.action
        tried[place] += count.count
        accepted[place] += count.count if count.accepted else 0
        if count.reason is not None:
            reasons[count.reason] += count.count
    starts = [since + n * bucket.length for n in range(-((since - until) // bucket.length))]
    return AttemptFigures(
        since,
        until,
        bucket,
        tuple(
            BucketCounts(
                at,
                tried[at, AuditAction.AUTHENTICATE],
                accepted[at, AuditAction.AUTHENTICATE],
                tried[at, AuditAction.IDENTIFY],
                accepted[at, AuditAction.IDENTIFY],
                tried[at, AuditAction.ENROLL],
            )
            for at in starts
        ),
        {reason: reasons[reason] for reason in Reason if reasons[reason]},
    )
