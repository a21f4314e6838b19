"""The rate limits that settings make, and settings that make none."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import SecretStr

from mien.access.rate_limits import Action, RateLimits
from mien.api.observability import Metrics
from mien.api.rate_limiting import rate_limits
from mien.errors import InvalidRequestError, RateLimitedError
from mien.settings import RateSettings, Settings

PASSWORD = "hunter2hunter2"  # noqa: S105 it opens nothing


def limits_of(settings: Settings) -> RateLimits:
    limits = rate_limits(settings, Metrics())
    assert limits is not None
    return limits


async def let_through(limits: RateLimits, action: Action, attempts: int) -> int:
    passed = 0
    for _ in range(attempts):
        try:
            await limits.require(action, "key:a", "10.0.0.1")
        except RateLimitedError:
            continue
        passed += 1
    return passed


def test_a_rate_of_ones_own_replaces_the_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_RATES__ENROLL", "2/hour;1000/day")
    for profile, authentications in (("default", 5), ("strict", 10)):
        monkeypatch.setenv("MIEN_RATE_LIMITS", profile)
        limits = limits_of(Settings())
        assert asyncio.run(let_through(limits, Action.ENROLL, 8)) == 2
        others = limits_of(Settings())
        assert asyncio.run(let_through(others, Action.AUTHENTICATE, 12)) == authentications


@pytest.mark.parametrize("name", ["general", "authenticate", "enroll", "log_in"])
@pytest.mark.parametrize(
    "rate", ["often", "5", "5/fortnight", "0/second", "-1/second", "5/second;"]
)
def test_a_rate_that_cannot_be_read_is_refused(name: str, rate: str) -> None:
    settings = Settings(
        rates=RateSettings.model_validate({name: rate}),
        redis_url=SecretStr(f"redis://mien:{PASSWORD}@redis.example.org:6379"),
    )
    with pytest.raises(InvalidRequestError, match=r"MIEN_RATES__.*write 100/second") as refused:
        rate_limits(settings, Metrics())
    assert PASSWORD not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        f"http://mien:{PASSWORD}@redis.example.org:6379",
        f"mien:{PASSWORD}@redis.example.org:6379",
        f"redis://mien:{PASSWORD}@redis.example.org:port",
        f"redis://redis.example.org:{PASSWORD}",
        f"redis://mien:{PASSWORD}@[redis.example.org",
        f"redis://mien:{PASSWORD}@redis.example.org:6379?socket_timeout=never",
    ],
)
def test_a_url_of_no_redis_is_refused_and_its_password_not_repeated(url: str) -> None:
    with pytest.raises(InvalidRequestError, match="MIEN_REDIS_URL is no URL") as refused:
        rate_limits(Settings(redis_url=SecretStr(url)), Metrics())
    assert PASSWORD not in str(refused.value)
