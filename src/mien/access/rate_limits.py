"""How often one caller and one address may ask, counted in this process or shared through Redis.

Every window moves (sliding log): at most N requests in any stretch of the limit's length. A
request is counted for its caller and for its address, as its own action and as a general one; it
is let through when all of these windows have room.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, final

import structlog
from limits import RateLimitItem, parse_many
from limits.errors import StorageError as SharedStorageError

from mien.access.windows import (
    REDIS_CONNECTIONS,
    LocalWindows,
    SharedWindows,
    Whose,
    Window,
)
from mien.errors import RateLimitedError

_RETRY_SHARED_EVERY_S: Final = 5.0

_LOCAL_WINDOWS: Final = 50_000
"""Of callers, and as many of addresses; 260 to 600 bytes each."""


class Action(StrEnum):
    """What is limited; every action also counts as general."""

    GENERAL = "general"
    AUTHENTICATE = "authenticate"
    """A probe is compared, with one subject or with all: identification is no way around it."""
    ENROLL = "enroll"
    LOG_IN = "log_in"
    """An operator's password is tried."""


@dataclass(frozen=True, slots=True)
class LimitProfile:
    """The rates per caller and per address, as `10/second`; several are joined with `;`.

    Raises ValueError for a rate that is not of this form.
    """

    general: str
    authenticate: str
    enroll: str
    log_in: str

    def __post_init__(self) -> None:
        """Refuse what cannot be read, before any request comes."""
        for action in Action:
            self.limits_of(action)

    def limits_of(self, action: Action) -> tuple[RateLimitItem, ...]:
        """Return the parsed limits of one action, without those of general."""
        rates = {
            Action.GENERAL: self.general,
            Action.AUTHENTICATE: self.authenticate,
            Action.ENROLL: self.enroll,
            Action.LOG_IN: self.log_in,
        }[action]
        limits = tuple(parse_many(rates))
        if not all(limit.amount for limit in limits):
            raise ValueError(f"the rate of {action} is {rates!r}: let through at least one request")
        return limits


DEFAULT: Final = LimitProfile(
    general="10/second", authenticate="5/second", enroll="10/second", log_in="5/minute"
)
STRICT: Final = LimitProfile(
    general="10/second", authenticate="10/minute", enroll="5/minute", log_in="5/minute"
)


@final
class RateLimits:
    """Refuses callers and addresses that ask more often than the profile allows.

    Shared counts that are out of reach are replaced by local ones, never by none, and one request
    in five seconds tries them again. For one event loop.
    """

    def __init__(
        self,
        profile: LimitProfile,
        *,
        shared: SharedWindows | None = None,
        on_shared: Callable[[bool], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
        local_windows: int = _LOCAL_WINDOWS,
    ) -> None:
        """Count from zero.

        shared: None to count in this process only; closed with this object.
        on_shared: told False when the shared counts are lost, True when they are back.
        clock: seconds that never go back.
        local_windows: how many to remember of callers, and as many of addresses.
        """
        self._limits: Final = {
            action: [
                (limit, f"{counted_as}/{number}")
                for counted_as in dict.fromkeys((action, Action.GENERAL))
                for number, limit in enumerate(profile.limits_of(counted_as))
            ]
            for action in Action
        }
        self._local = LocalWindows(clock, local_windows)
        self._shared = shared
        self._shared_is_up = True
        self._try_shared_at_s = 0.0
        self._shared_turns = asyncio.Semaphore(REDIS_CONNECTIONS)
        self._on_shared = on_shared
        self._clock = clock
        self._log = structlog.get_logger("mien.access")

    async def require(self, action: Action, caller: str | None, address: str) -> None:
        """Count one request, or raise RateLimitedError with a wait after which there is room.

        caller: a stable id; None where nobody is known yet, as before a log-in: then only the
        address counts.
        address: of the client, as text; IPv6 counts by its /64, which is one customer's.
        """
        wait_s = await self._take(self._windows(action, caller, address))
        if wait_s > 0:
            # Rounded up, and never to the very edge of a window.
            retry_after_s = int(wait_s) + 1
            message = f"too many requests: try again in {retry_after_s} s"
            raise RateLimitedError(message, retry_after_s)

    async def close(self) -> None:
        """Close the shared counts."""
        if self._shared is not None:
            await self._shared.close()

    def _windows(self, action: Action, caller: str | None, address: str) -> list[Window]:
        who: list[tuple[Whose, str]] = [] if caller is None else [("caller", caller)]
        who.append(("address", network_of(address)))
        return [
            Window(limit, whose, f"{kind}/{whose}/{name}")
            for whose, name in who
            for limit, kind in self._limits[action]
        ]

    async def _take(self, windows: Sequence[Window]) -> float:
        # What this process let through is a part of what all did: where it fills a window, the
        # shared one is full as well. So local counts are kept beside the shared ones and asked
        # first: a flood is refused without Redis, whose loss in the middle opens no fresh window.
        wait_s = self._local.wait_s(windows)
        if wait_s > 0:
            return wait_s
        shared_wait_s = await self._take_shared(windows)
        # Out of reach: ask again, others were let through meanwhile; from here nothing awaits.
        wait_s = self._local.wait_s(windows) if shared_wait_s is None else shared_wait_s
        if wait_s <= 0:
            self._local.count(windows)
        return wait_s

    async def _take_shared(self, windows: Sequence[Window]) -> float | None:
        """Return the wait by the shared counts, None where these cannot tell."""
        if self._shared is None:
            return None
        # A burst queues here, not in Redis, where waiting would look like a loss.
        async with self._shared_turns:
            is_trial = not self._shared_is_up
            if is_trial:
                if self._clock() < self._try_shared_at_s:
                    return None
                self._try_shared_at_s = self._clock() + _RETRY_SHARED_EVERY_S  # for the others
            try:
                wait_s = await self._shared.take(windows)
            except (SharedStorageError, OSError) as error:
                self._lose_shared(error)
                return None
        # An answer that was under way when another request found Redis lost proves nothing.
        if is_trial:
            self._shared_is_up = True
            self._log.warning("shared rate limits are back")
            self._on_shared(True)  # noqa: FBT003  # the one thing it says
        return wait_s

    def _lose_shared(self, error: Exception) -> None:
        self._try_shared_at_s = self._clock() + _RETRY_SHARED_EVERY_S
        if self._shared_is_up:
            self._shared_is_up = False
            # The kind of the error only: its text may name hosts.
            kind = type(error.__cause__ or error).__name__
            self._log.warning("shared rate limits lost: counting locally", error=kind)
            self._on_shared(False)  # noqa: FBT003  # the one thing it says


def network_of(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the /64 that IPv6 is given out in."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address  # a socket's name
    if isinstance(ip, ipaddress.IPv4Address):
        return address
    return str(ip.ipv4_mapped or ipaddress.IPv6Address(int(ip) >> 64 << 64))
