"""How many failed tries a claimed identity bears.

NIST SP 800-63B-4, 3.2.3 and 3.2.2: no more than 5 consecutive failed biometric attempts, or 10
with presentation attack detection; then at least 30 seconds of delay that grow with each further
failure, and an end at 50 (100 with detection) until somebody lifts it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from mien.core.liveness import LivenessPolicy


@dataclass(frozen=True, slots=True)
class Failures:
    """Consecutive failed attempts on one claimed identity."""

    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class LockoutPolicy:
    """free: failures without a delay. hard_stop: failures after which only an operator helps."""

    free: int
    hard_stop: int
    first_delay: timedelta = timedelta(seconds=30)
    longest_delay: timedelta = timedelta(hours=1)

    def locked_until(self, failures: Failures | None) -> datetime | None:
        """Return when the next attempt may be made, None for now, datetime.max for never.

        The delay doubles with each failure beyond the free ones.
        """
        if failures is None or failures.count < self.free:
            return None
        if failures.count >= self.hard_stop:
            return datetime.max.replace(tzinfo=failures.last_at.tzinfo)
        doublings = failures.count - self.free
        # Compared as numbers: many doublings of half a minute are no timedelta any more.
        factor = min(2.0**doublings, self.longest_delay / self.first_delay)
        return failures.last_at + self.first_delay * factor


WITHOUT_PAD: Final = LockoutPolicy(free=5, hard_stop=50)
WITH_PAD: Final = LockoutPolicy(free=10, hard_stop=100)


def lockout_for(policy: LivenessPolicy) -> LockoutPolicy:
    """Return what holds for attempts under a policy.

    Only a live session counts as detection: passive detection alone lets more attacks through
    than the 7 % that the standard allows for (docs/liveness.md).
    """
    return WITH_PAD if policy.needs_session else WITHOUT_PAD
