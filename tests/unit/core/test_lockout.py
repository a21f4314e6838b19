"""How many failures are free, how the delays grow, and where they end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.lockout import WITH_PAD, WITHOUT_PAD, Failures, LockoutPolicy

NOW = datetime(2026, 5, 1, tzinfo=UTC)
POLICIES = pytest.mark.parametrize("policy", [WITHOUT_PAD, WITH_PAD])


def delay(policy: LockoutPolicy, count: int) -> timedelta | None:
    until = policy.locked_until(Failures(count, NOW))
    return None if until is None else until - NOW


def test_the_numbers_are_those_of_the_standard() -> None:
    assert (WITHOUT_PAD.free, WITHOUT_PAD.hard_stop) == (5, 50)
    assert (WITH_PAD.free, WITH_PAD.hard_stop) == (10, 100)
    assert WITHOUT_PAD.first_delay == timedelta(seconds=30)


@POLICIES
def test_the_first_failures_are_free(policy: LockoutPolicy) -> None:
    assert policy.locked_until(None) is None
    assert all(delay(policy, count) is None for count in range(policy.free))


@POLICIES
def test_delays_begin_at_half_a_minute_and_double(policy: LockoutPolicy) -> None:
    first = [delay(policy, policy.free + step) for step in range(4)]
    assert first == [timedelta(seconds=seconds) for seconds in (30, 60, 120, 240)]


@POLICIES
def test_after_the_hard_stop_time_does_not_help(policy: LockoutPolicy) -> None:
    until = policy.locked_until(Failures(policy.hard_stop, NOW))
    assert until is not None
    assert until.year == 9999


@given(st.integers(0, 10**9))
def test_more_failures_never_mean_less_delay(count: int) -> None:
    less = WITHOUT_PAD.locked_until(Failures(count, NOW)) or NOW
    more = WITHOUT_PAD.locked_until(Failures(count + 1, NOW)) or NOW
    assert more >= less


@given(st.integers(5, 49))
def test_a_delay_is_never_longer_than_the_longest(count: int) -> None:
    found = delay(WITHOUT_PAD, count)
    assert found is not None
    assert timedelta(seconds=30) <= found <= WITHOUT_PAD.longest_delay
