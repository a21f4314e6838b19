"""Attempts in buckets: none is lost, and none is counted twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.attempt_counts import COUNTED, AttemptCount, Bucket, tabulate
from mien.core.audit import AuditAction
from mien.core.policy import Reason

SUNDAY = datetime(2026, 11, 22, 23, 59, 59, 999999, tzinfo=UTC)
SINCE = datetime(2026, 11, 2, tzinfo=UTC)

buckets = st.sampled_from(Bucket)


def test_buckets_begin_on_the_hour_at_midnight_and_on_monday() -> None:
    assert Bucket.HOUR.start(SUNDAY) == datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert Bucket.DAY.start(SUNDAY) == datetime(2026, 11, 22, tzinfo=UTC)
    assert Bucket.WEEK.start(SUNDAY) == datetime(2026, 11, 16, tzinfo=UTC)
    assert Bucket.WEEK.start(SUNDAY).weekday() == 0


def test_a_bucket_is_of_utc_wherever_the_time_was_told() -> None:
    there = datetime(2026, 11, 23, 0, 30, tzinfo=timezone(timedelta(hours=5)))
    assert Bucket.DAY.start(there) == datetime(2026, 11, 22, tzinfo=UTC)


@given(st.timedeltas(timedelta(0), timedelta(days=9999)).map(SINCE.__add__), buckets)
def test_a_moment_lies_in_the_bucket_that_begins_before_it(at: datetime, bucket: Bucket) -> None:
    assert bucket.start(at) <= at < bucket.start(at) + bucket.length
    assert bucket.start(bucket.start(at)) == bucket.start(at)


@st.composite
def counts(draw: st.DrawFn, bucket: Bucket) -> list[AttemptCount]:
    one = st.builds(
        AttemptCount,
        at=st.integers(0, 9).map(lambda n: SINCE + n * bucket.length),
        action=st.sampled_from(COUNTED),
        accepted=st.booleans(),
        reason=st.sampled_from(Reason),
        count=st.integers(1, 1000),
    )
    return draw(st.lists(one))


@given(st.data(), buckets)
def test_the_buckets_sum_to_the_total(data: st.DataObject, bucket: Bucket) -> None:
    given_counts = data.draw(counts(bucket))
    figures = tabulate(given_counts, bucket, SINCE, SINCE + 10 * bucket.length)
    totals: Counter[AuditAction] = Counter()
    for count in given_counts:
        totals[count.action] += count.count
    assert sum(b.authentications for b in figures.buckets) == totals[AuditAction.AUTHENTICATE]
    assert sum(b.identifications for b in figures.buckets) == totals[AuditAction.IDENTIFY]
    assert sum(b.enrollments for b in figures.buckets) == totals[AuditAction.ENROLL]
    assert sum(figures.reasons.values()) == sum(totals.values())
    assert all(b.accepted <= b.authentications for b in figures.buckets)
    assert all(b.found <= b.identifications for b in figures.buckets)


@pytest.mark.parametrize(("after", "count"), [(timedelta(0), 2), (timedelta(seconds=1), 3)])
def test_empty_buckets_are_there_and_the_last_may_be_of_a_part(
    after: timedelta, count: int
) -> None:
    figures = tabulate([], Bucket.DAY, SINCE, SINCE + timedelta(days=2) + after)
    assert [bucket.at for bucket in figures.buckets] == [
        SINCE + timedelta(days=number) for number in range(count)
    ]
    assert all(bucket.authentications == 0 for bucket in figures.buckets)
    assert not figures.reasons
