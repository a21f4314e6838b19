"""How many failed tries a claimed identity bears.

NIST SP 800-63B-4, 3.2.3 and 3.2.2: no more than 5 consecutive failed biometric attempts, or 10
with presentation attack detection; then at least 30 seconds of delay that grow with each further
failure, and an end at 50 (100 with detection) until somebody lifts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from mien.core.liveness import LivenessPolicy


@dataclass(frozen=True, slots=True)
class Failures:
    """Consecutive failed attempts on one claimed identity."""

    count: int
    last_at: datetime


class FailureRepository(Protocol):
    """Consecutive failed attempts on claimed identities, whether or not there is such a one."""

    def of(self, identity: str) -> Failures | None:
        """Return the failures since the last success, None for none."""
        ...

    def of_all(self, identities: Sequence[str]) -> dict[str, Failures]:
        """Return the failures of those identities that have any."""
        ...

    def record(self, identity: str, at: datetime) -> Failures:
        """Count one more failure; return all of them."""
        ...

    def put(self, identity: str, failures: Failures) -> None:
        """Note these failures in place of those before."""
        ...

    def clear(self, identity: str) -> None:
        """Forget the failures."""
        ...

    def forget(self, *, last_before: datetime, fewer_than: int) -> int:
        """Forget old failures of identities that have only a few; return how many."""
        ...


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
