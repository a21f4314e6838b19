"""Makes the rate limits that the settings ask for."""

from __future__ import annotations

from dataclasses import replace

from mien.access.rate_limits import DEFAULT, STRICT, LimitProfile, RateLimits
from mien.access.windows import RedisWindows
from mien.api.observability import Metrics
from mien.errors import InvalidRequestError
from mien.settings import Settings


def rate_limits(settings: Settings, metrics: Metrics) -> RateLimits | None:
    """Return the limits, shared through Redis where one is configured; None only if unsafe.

    Raises InvalidRequestError for a rate or a URL that cannot be read, ProviderMissingError.
    """
    if settings.unsafe_no_rate_limits:
        return None
    profile, shared = _profile(settings), _shared(settings)
    if shared is not None:
        metrics.shared_limits.set(1)
    return RateLimits(profile, shared=shared, on_shared=metrics.shared_limits.set)


def _profile(settings: Settings) -> LimitProfile:
    profile = STRICT if settings.rate_limits == "strict" else DEFAULT
    own = {name: rate for name, rate in settings.rates.model_dump().items() if rate is not None}
    try:
        return replace(profile, **own)
    except ValueError as error:
        raise InvalidRequestError(
            f"a rate of MIEN_RATES__... cannot be read ({error}): write 100/second, or "
            "several as 100/second;1000/minute"
        ) from error


def _shared(settings: Settings) -> RedisWindows | None:
    if settings.redis_url is None:
        return None
    try:
        return RedisWindows(settings.redis_url.get_secret_value())
    except ValueError as error:  # without what was given: it may hold a password
        raise InvalidRequestError(
            "MIEN_REDIS_URL is no URL of a Redis: redis://host:6379, or rediss:// with TLS"
        ) from error
