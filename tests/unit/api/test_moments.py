"""Times in a query, those at the ends of all times too."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from mien.api.moments import KnownDay, Moment

MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
DAY: TypeAdapter[date] = TypeAdapter(KnownDay)


def test_a_time_is_read_as_utc() -> None:
    found = MOMENT.validate_python("2026-11-21T01:30:00+05:00")
    assert found == datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T01:30:00",
        "1999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "noon",
    ],
)
def test_a_time_without_a_zone_or_of_another_age_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        MOMENT.validate_python(text)


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "1999-12-31"])
def test_a_day_of_another_age_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        DAY.validate_python(text)
    assert DAY.validate_python("2026-11-21") == date(2026, 11, 21)
