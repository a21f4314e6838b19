"""Makes the rate limits that the settings ask for."""

from __future__ import annotations

from mien.access.rate_limits import DEFAULT, STRICT, RateLimits
from mien.access.windows import RedisWindows
from mien.api.observability import Metrics
from mien.settings import Settings


def rate_limits(settings: Settings, metrics: Metrics) -> RateLimits | None:
    """Return the limits, shared through Redis where one is configured; None only if unsafe."""
    if settings.unsafe_no_rate_limits:
        return None
    shared = None
    if settings.redis_url is not None:
        shared = RedisWindows(settings.redis_url.get_secret_value())
        metrics.shared_limits.set(1)
    profile = STRICT if settings.rate_limits == "strict" else DEFAULT
    return RateLimits(profile, shared=shared, on_shared=metrics.shared_limits.set)
