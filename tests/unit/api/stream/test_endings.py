"""Every way in which something ends has its close code."""

from __future__ import annotations

import asyncio

import pytest

from mien import errors
from mien.api.stream.endings import CUT, INTERNAL, Ending, StreamEndedError, ending_by
from mien.api.stream.racing import first_of


async def failing(error: Exception) -> Ending:
    raise error


@pytest.mark.parametrize(
    ("error", "close"),
    [
        (errors.InvalidRequestError("x"), 4400),
        (errors.ImageUnreadableError("x"), 4400),
        (errors.UnauthorizedError("x"), 4401),
        (errors.ForbiddenError("x"), 4403),
        (errors.UnknownSessionError("x"), 4404),
        (errors.RateLimitedError("x", 1), 4429),
        (errors.LockedOutError("x", 1), 4429),
        (errors.OverloadedError("x", 1), 1013),
        (errors.ModelMissingError("x"), 1011),
        (errors.StorageError("x"), 1011),
    ],
)
def test_an_error_closes_with_its_code(error: errors.MienError, close: int) -> None:
    ending = asyncio.run(ending_by(failing(error), "id"))
    assert (ending.close, ending.code) == (close, error.code)


def test_what_nobody_expected_tells_nothing_of_the_inside() -> None:
    ending = asyncio.run(ending_by(failing(ArithmeticError("a secret of the inside")), "id"))
    assert ending is INTERNAL
    assert "secret" not in ending.detail


def test_an_ending_is_what_it_is() -> None:
    assert asyncio.run(ending_by(failing(StreamEndedError(CUT)), "id")) is CUT


def test_the_first_to_end_counts_and_the_others_are_gone() -> None:
    async def scenario() -> None:
        stopped: list[str] = []

        async def endless() -> str:
            try:
                await asyncio.Event().wait()
            finally:
                stopped.append("endless")
            return "never"

        async def short() -> str:
            return "short"

        assert await first_of(endless(), short()) == "short"
        assert stopped == ["endless"]
        assert await first_of(endless(), within_s=0.01) is None
        assert stopped == ["endless", "endless"]

    asyncio.run(scenario())


def test_of_two_at_once_the_first_named_counts() -> None:
    async def named(word: str) -> str:
        return word

    async def scenario() -> None:
        assert await first_of(named("decided"), named("cut")) == "decided"

    asyncio.run(scenario())
