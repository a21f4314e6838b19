"""No window ever holds more than its limit, waits are truthful, and nothing counts for others."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from mien.access.rate_limits import (
    DEFAULT,
    STRICT,
    Action,
    LimitProfile,
    RateLimits,
)
from mien.access.windows import RedisWindows, Window
from mien.errors import RateLimitedError

ROOMY = "1000000/second"


class FakeClock:
    """Time that passes when it is told to; seconds."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


class FakeShared:
    """Shared counts that let everything through, or are out of reach."""

    def __init__(self) -> None:
        self.is_up = True
        self.wait_s = 0.0
        self.asked = 0

    async def take(self, windows: Sequence[Window]) -> float:
        assert windows
        self.asked += 1
        await asyncio.sleep(0)  # as a real one lets others run
        if not self.is_up:
            raise ConnectionRefusedError("nobody at 10.0.0.7")
        return self.wait_s

    async def close(self) -> None:
        """Nothing to close."""


def only(general: str = ROOMY, authenticate: str = ROOMY) -> LimitProfile:
    return LimitProfile(general=general, authenticate=authenticate, enroll=ROOMY, log_in=ROOMY)


async def wait_of(
    limits: RateLimits,
    action: Action = Action.GENERAL,
    caller: str | None = "key:a",
    address: str = "10.0.0.1",
) -> int:
    """Return the seconds to wait, 0 when the request was let through."""
    try:
        await limits.require(action, caller, address)
    except RateLimitedError as refused:
        return refused.retry_after_s
    return 0


async def let_through(
    limits: RateLimits,
    attempts: int,
    action: Action = Action.GENERAL,
    caller: str | None = "key:a",
    address: str = "10.0.0.1",
) -> int:
    return [await wait_of(limits, action, caller, address) for _ in range(attempts)].count(0)


gaps_s = st.lists(st.floats(0, 1.2), min_size=1, max_size=60)


@given(amount=st.integers(1, 5), gaps=gaps_s)
def test_no_second_sees_more_than_the_limit(amount: int, gaps: list[float]) -> None:
    async def scenario() -> None:
        clock = FakeClock()
        limits = RateLimits(only(general=f"{amount}/second"), clock=clock)
        passed_s: list[float] = []
        for number, gap_s in enumerate(gaps):
            clock.now_s += gap_s
            # Another address each time: here the caller's limit is at work.
            if await wait_of(limits, Action.GENERAL, "key:a", f"10.0.0.{number}") == 0:
                passed_s.append(clock.now_s)
        for first, after in zip(passed_s, passed_s[amount:], strict=False):
            assert after >= first + 1

    asyncio.run(scenario())


@given(gaps=gaps_s, authenticate=st.sampled_from(["2/second", "3/4 second;4/minute"]))
def test_who_waits_as_told_is_let_through(gaps: list[float], authenticate: str) -> None:
    async def scenario() -> None:
        clock = FakeClock()
        limits = RateLimits(only("4/2 second", authenticate), clock=clock)
        for gap_s in gaps:
            clock.now_s += gap_s
            action = Action.GENERAL if gap_s < 0.1 else Action.AUTHENTICATE
            if wait_s := await wait_of(limits, action):
                clock.now_s += wait_s
                assert await wait_of(limits, action) == 0

    asyncio.run(scenario())


@given(gaps=gaps_s)
def test_a_wait_is_less_than_a_second_too_long(gaps: list[float]) -> None:
    async def scenario() -> None:
        clock = FakeClock()
        limits = RateLimits(only("2/5 second"), clock=clock)
        for gap_s in gaps:
            clock.now_s += gap_s
            if wait_s := await wait_of(limits):
                clock.now_s += wait_s - 1.001
                assert await wait_of(limits) > 0
                clock.now_s += 1.001

    asyncio.run(scenario())


def test_refused_requests_do_not_prolong_the_wait() -> None:
    async def scenario() -> None:
        clock = FakeClock()
        limits = RateLimits(only("10/minute", "1/minute"), clock=clock)
        assert await let_through(limits, 50, Action.AUTHENTICATE) == 1
        clock.now_s += 60.5
        assert await wait_of(limits, Action.AUTHENTICATE) == 0
        # Nor were they counted as general requests.
        assert await wait_of(limits) == 0

    asyncio.run(scenario())


def test_one_caller_does_not_use_up_anothers_limit() -> None:
    async def scenario() -> None:
        limits = RateLimits(only("3/second"), clock=FakeClock())
        assert await let_through(limits, 9, caller="key:a", address="10.0.0.1") == 3
        assert await let_through(limits, 9, caller="key:b", address="10.0.0.2") == 3

    asyncio.run(scenario())


def test_callers_share_the_limit_of_their_address() -> None:
    async def scenario() -> None:
        limits = RateLimits(only("3/second"), clock=FakeClock())
        assert [await wait_of(limits, caller=f"key:{i}") for i in range(9)].count(0) == 3

    asyncio.run(scenario())


def test_before_anybody_is_known_the_address_counts() -> None:
    async def scenario() -> None:
        limits = RateLimits(DEFAULT, clock=FakeClock())
        for address in ("10.0.0.1", "10.0.0.2"):
            assert await let_through(limits, 9, Action.LOG_IN, None, address) == 5

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("address", "same", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:1:2:3", "2001:db8:1:3::1"),
        ("10.0.0.1", "::ffff:10.0.0.1", "::ffff:10.0.0.2"),
        ("unix:/run/mien.sock", "unix:/run/mien.sock", "fe80::1%eth0"),
    ],
)
def test_what_one_customer_is_given_counts_as_one_address(
    address: str, same: str, other: str
) -> None:
    async def scenario() -> None:
        limits = RateLimits(only("1/second"), clock=FakeClock())
        assert await wait_of(limits, Action.GENERAL, "key:a", address) == 0
        assert await wait_of(limits, Action.GENERAL, "key:b", same) == 1 + 1
        assert await wait_of(limits, Action.GENERAL, "key:c", other) == 0

    asyncio.run(scenario())


def test_every_action_counts_as_general() -> None:
    async def scenario() -> None:
        limits = RateLimits(only("3/second"), clock=FakeClock())
        for action in (Action.AUTHENTICATE, Action.ENROLL, Action.LOG_IN):
            assert await wait_of(limits, action) == 0
        for action in Action:
            assert await wait_of(limits, action) > 0

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("profile", "action", "in_a_second", "in_a_minute"),
    [
        (DEFAULT, Action.GENERAL, 10, 600),
        (DEFAULT, Action.AUTHENTICATE, 5, 300),
        (DEFAULT, Action.LOG_IN, 5, 5),
        (STRICT, Action.AUTHENTICATE, 10, 10),
        (STRICT, Action.ENROLL, 5, 5),
        (STRICT, Action.LOG_IN, 5, 5),
    ],
)
def test_profiles_let_through_what_they_say(
    profile: LimitProfile, action: Action, in_a_second: int, in_a_minute: int
) -> None:
    async def scenario() -> None:
        clock = FakeClock()
        limits = RateLimits(profile, clock=clock)
        counts = []
        for _ in range(60):
            counts.append(await let_through(limits, 20, action))
            clock.now_s += 1.0
        assert counts[0] == in_a_second
        assert sum(counts) == in_a_minute

    asyncio.run(scenario())


@pytest.mark.parametrize("rate", ["", "0/second", "ten/second", "10", "10/second;", "5/lustrum"])
def test_a_rate_that_limits_nothing_is_refused(rate: str) -> None:
    with pytest.raises(ValueError, match=r"parse|at least one|granularity"):
        only(general=rate)


def test_memory_is_bounded_under_many_addresses() -> None:
    async def scenario() -> None:
        clock, capacity = FakeClock(), 1000
        limits = RateLimits(only("5/minute"), clock=clock, local_windows=capacity)

        async def flood(addresses: range) -> int:
            for number in addresses:
                await limits.require(Action.GENERAL, None, f"10.{number >> 8}.{number & 255}.1")
            return tracemalloc.get_traced_memory()[0]

        tracemalloc.start()
        before = await flood(range(capacity))
        after = await flood(range(capacity, 20 * capacity))
        tracemalloc.stop()
        assert after - before < 100_000
        assert len(limits._local._tables["address"]) <= capacity

    asyncio.run(scenario())


def test_what_has_passed_is_forgotten_without_a_full_table() -> None:
    async def scenario() -> None:
        clock = FakeClock()
        limits = RateLimits(only("5/second"), clock=clock)
        for number in range(1000):
            clock.now_s += 0.1
            await limits.require(Action.GENERAL, None, f"client-{number}")
        assert len(limits._local._tables["address"]) < 20

    asyncio.run(scenario())


def test_a_flood_of_addresses_does_not_make_it_forget_callers_or_who_goes_on() -> None:
    async def scenario() -> None:
        limits = RateLimits(only("1/minute"), clock=FakeClock(), local_windows=100)
        await limits.require(Action.GENERAL, "key:a", "10.0.0.1")
        for number in range(1000):
            await limits.require(Action.GENERAL, None, f"client-{number}")
            assert await wait_of(limits, Action.GENERAL, None, "10.0.0.1") > 0
        assert await wait_of(limits, Action.GENERAL, "key:a", "10.0.0.2") > 0

    asyncio.run(scenario())


def test_losing_the_shared_counts_goes_on_with_local_ones_and_says_so_once() -> None:
    async def scenario() -> None:
        clock, shared, states = FakeClock(), FakeShared(), list[bool]()
        limits = RateLimits(only("3/minute"), shared=shared, on_shared=states.append, clock=clock)
        shared.is_up = False
        assert await let_through(limits, 9, caller="key:a", address="key:a") == 3
        assert states == [False]
        assert shared.asked == 1
        clock.now_s += 5
        assert await let_through(limits, 9, caller="key:b", address="key:b") == 3
        assert (states, shared.asked) == ([False], 2)
        shared.is_up = True
        clock.now_s += 5
        assert await let_through(limits, 9, caller="key:c", address="key:c") == 3
        assert (states, shared.asked) == ([False, True], 5)

    with capture_logs() as logged:
        asyncio.run(scenario())
    assert [entry["log_level"] for entry in logged] == ["warning", "warning"]
    assert logged[0]["error"] == "ConnectionRefusedError"
    assert "key:" not in str(logged)
    assert "10.0.0." not in str(logged)


def test_a_crowd_at_the_moment_of_the_loss_is_held_to_the_local_limit() -> None:
    async def scenario() -> None:
        clock, shared, states = FakeClock(), FakeShared(), list[bool]()
        limits = RateLimits(only("3/minute"), shared=shared, on_shared=states.append, clock=clock)
        shared.is_up = False
        for _ in range(2):
            asked = shared.asked
            waits = await asyncio.gather(*(wait_of(limits) for _ in range(200)))
            assert waits.count(0) == 3
            assert shared.asked - asked <= 8
            clock.now_s += 61
        assert shared.asked <= 8 + 1
        assert states == [False]

    asyncio.run(scenario())


def test_a_loss_in_the_middle_of_a_flood_opens_no_fresh_window() -> None:
    async def scenario() -> None:
        shared = FakeShared()
        limits = RateLimits(only("3/minute"), shared=shared, clock=FakeClock())
        assert await let_through(limits, 9) == 3
        assert shared.asked == 3  # a flood does not reach the shared counts
        shared.is_up = False
        assert await let_through(limits, 9) == 0

    asyncio.run(scenario())


def test_what_the_shared_counts_refuse_is_refused_and_not_counted() -> None:
    async def scenario() -> None:
        shared = FakeShared()
        limits = RateLimits(only("3/minute"), shared=shared, clock=FakeClock())
        shared.wait_s = 7.3
        assert [await wait_of(limits) for _ in range(5)] == [8] * 5
        shared.wait_s = 0.0
        assert await let_through(limits, 9) == 3

    asyncio.run(scenario())


def test_a_url_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="redis://"):
        RedisWindows("memcached://localhost")
