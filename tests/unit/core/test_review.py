from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.review import (
    MAX_TEXT_LENGTH,
    ReviewKind,
    ReviewState,
    Standing,
    parse_words,
)
from mien.errors import InvalidRequestError

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
TIMES = st.timedeltas(-10 * HOUR, 10 * HOUR).map(lambda offset: NOW + offset)


def standing(*, approved: bool | None = None, redeemed_at: datetime | None = None) -> Standing:
    return Standing(
        ReviewKind.VERIFICATION, NOW - HOUR, NOW, approved=approved, redeemed_at=redeemed_at
    )


@pytest.mark.parametrize(
    ("found", "before", "after"),
    [
        (standing(), ReviewState.OPEN, ReviewState.EXPIRED),
        (standing(approved=True), ReviewState.APPROVED, ReviewState.EXPIRED),
        (standing(approved=False), ReviewState.DENIED, ReviewState.DENIED),
        (standing(approved=True, redeemed_at=NOW), ReviewState.REDEEMED, ReviewState.REDEEMED),
    ],
)
def test_time_ends_what_waits_for_something(
    found: Standing, before: ReviewState, after: ReviewState
) -> None:
    assert found.state(NOW - timedelta(microseconds=1)) is before
    assert found.state(NOW) is after


@given(now=TIMES, expires_at=TIMES, approved=st.none() | st.booleans(), redeemed=st.booleans())
def test_nothing_is_good_after_its_time_or_without_an_approval(
    now: datetime,
    expires_at: datetime,
    approved: bool | None,  # noqa: FBT001 drawn
    redeemed: bool,  # noqa: FBT001 drawn
) -> None:
    found = Standing(
        ReviewKind.VERIFICATION,
        NOW,
        expires_at,
        approved=approved,
        redeemed_at=NOW if redeemed else None,
    )
    if found.state(now) is ReviewState.APPROVED:
        assert approved is True
        assert not redeemed
        assert now < expires_at


@pytest.mark.parametrize("text", ["", " \n ", "x" * (MAX_TEXT_LENGTH + 1)])
def test_words_that_say_nothing_or_too_much_are_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="a note has 1 to 1000 characters"):
        parse_words(text, "note")


def test_words_lose_the_spaces_around_them() -> None:
    assert parse_words("  let me in,\nplease ", "note") == "let me in,\nplease"
