"""Real attempts on a real database, counted over time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from mien.core.attempt_counts import AttemptFigures, Bucket
from mien.core.audit import AuditAction, AuditEvent
from mien.core.policy import Reason
from mien.core.template import SubjectId
from mien.errors import InvalidRequestError, TamperedError
from mien.service.count_attempts import LONGEST, CountAttempts
from mien.storage.tables import AuditEntryRow
from tests.unit.service.conftest import House

ADA, NOBODY = SubjectId("ada"), SubjectId("nobody")
NOW = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)  # a Monday


def count(
    house: House,
    bucket: Bucket,
    since: datetime | None = None,
    until: datetime | None = None,
) -> AttemptFigures:
    with house.database.unit_of_work("test") as work:
        return CountAttempts(lambda: NOW)(work, bucket, since, until)


def note(house: House, *times: datetime, action: AuditAction = AuditAction.AUTHENTICATE) -> None:
    with house.database.unit_of_work("test") as work:
        for at in times:
            work.audit.append(
                AuditEvent(action, at, "test", accepted=False, reason=Reason.LOW_CONFIDENCE)
            )


def test_what_was_tried_is_counted_with_how_it_ended(house: House) -> None:
    with house.database.unit_of_work("test") as work:
        house.enroll(work, ADA, [b"ada:1"])
        house.authenticate(work, ADA, b"ada:2")
        house.authenticate(work, ADA, b"bob:3")
        house.authenticate(work, NOBODY, b"bob:4")
        house.identify(work, b"ada:5")
        house.identify(work, b"bob:6")
        house.identify(work, b"bob:7")
    start = datetime(2026, 1, 1, tzinfo=UTC)
    figures = count(house, Bucket.DAY, start, start + timedelta(days=1))
    (day,) = figures.buckets
    assert (day.authentications, day.accepted) == (3, 1)
    assert (day.identifications, day.found) == (3, 1)
    assert day.enrollments == 1
    assert figures.reasons == {
        Reason.MATCH: 2,
        Reason.LOW_CONFIDENCE: 3,
        Reason.UNKNOWN_SUBJECT: 1,
    }


@pytest.mark.parametrize("bucket", Bucket)
def test_a_bucket_has_its_first_moment_and_not_its_end(house: House, bucket: Bucket) -> None:
    start = bucket.start(NOW)
    instant = timedelta(microseconds=1)
    note(house, start - instant, start, start + instant, start + bucket.length - instant)
    note(house, start + bucket.length)
    figures = count(house, bucket, start - bucket.length, start + 2 * bucket.length)
    assert [found.authentications for found in figures.buckets] == [1, 3, 1]
    assert [found.at for found in figures.buckets] == [
        start - bucket.length,
        start,
        start + bucket.length,
    ]


def test_only_the_span_is_counted_from_the_beginning_of_its_first_bucket(house: House) -> None:
    noon = datetime(2026, 1, 10, 12, tzinfo=UTC)
    note(house, noon - timedelta(days=1), noon - timedelta(hours=2), noon, NOW)
    figures = count(house, Bucket.DAY, noon, NOW)
    assert figures.since == datetime(2026, 1, 10, tzinfo=UTC)
    assert [found.authentications for found in figures.buckets] == [2, 0, 0]


def test_without_a_span_it_is_the_last_day_month_or_half_year(house: House) -> None:
    lengths = {bucket: len(count(house, bucket).buckets) for bucket in Bucket}
    assert lengths == {Bucket.HOUR: 25, Bucket.DAY: 31, Bucket.WEEK: 27}


def test_other_events_are_no_attempts(house: House) -> None:
    note(house, NOW - timedelta(hours=1), action=AuditAction.UNLOCK)
    figures = count(house, Bucket.DAY)
    assert not figures.reasons


@pytest.mark.parametrize("bucket", Bucket)
def test_spans_have_bounds(house: House, bucket: Bucket) -> None:
    start = bucket.start(NOW)
    count(house, bucket, start - LONGEST[bucket], start)
    for since, until in (
        (start - LONGEST[bucket] - 2 * bucket.length, start),
        (start, start),
        (NOW, NOW - timedelta(days=400)),
    ):
        with pytest.raises(InvalidRequestError, match="since and until"):
            count(house, bucket, since, until)


def test_an_entry_with_a_reason_that_is_none_is_found_out(house: House) -> None:
    note(house, NOW - timedelta(hours=1))
    with house.database.engine.begin() as connection:
        connection.execute(update(AuditEntryRow).values(reason="SUSPICION"))
    with pytest.raises(TamperedError, match="cannot be read"):
        count(house, Bucket.DAY)
