"""Count what was tried over time, for charts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, final

from mien.core.attempt_counts import AttemptFigures, Bucket, tabulate
from mien.core.ports import Clock, UnitOfWork
from mien.errors import InvalidRequestError

LONGEST: Final[Mapping[Bucket, timedelta]] = {
    Bucket.HOUR: timedelta(days=31),
    Bucket.DAY: timedelta(days=2 * 366),
    Bucket.WEEK: timedelta(days=10 * 366),
}
"""More buckets than these are no chart."""

_USUAL: Final[Mapping[Bucket, timedelta]] = {
    Bucket.HOUR: timedelta(days=1),
    Bucket.DAY: timedelta(days=30),
    Bucket.WEEK: timedelta(weeks=26),
}


@final
class CountAttempts:
    """Of everybody together: it tells of no person, and of no group."""

    def __init__(self, clock: Clock) -> None:
        """Take the clock."""
        self._clock: Final = clock

    def __call__(
        self,
        work: UnitOfWork,
        bucket: Bucket,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> AttemptFigures:
        """Count from the beginning of the bucket of *since* on, to before *until*.

        Raises InvalidRequestError for a span that is empty, or longer than `LONGEST`.
        """
        until = self._clock() if until is None else until
        since = bucket.start(until - _USUAL[bucket] if since is None else since)
        if not timedelta(0) < until - since <= LONGEST[bucket] + bucket.length:
            raise InvalidRequestError(
                f"attempts by the {bucket} are counted over 1 to {LONGEST[bucket].days} days: move "
                "since and until, or choose larger buckets"
            )
        return tabulate(work.audit_queries.count(since, until, bucket), bucket, since, until)
