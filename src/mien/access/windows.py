"""Counts of requests: in this process, of bounded memory, or shared through Redis."""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol, TypeAlias, final

from limits import RateLimitItem
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

from mien.errors import ProviderMissingError

_REDIS_TIMEOUT_S: Final = 0.25  # for a connection, and for each answer
_REDIS_PATIENCE_S: Final = 0.5
"""For all that one request asks of Redis: slow answers must not add up to a long wait."""
REDIS_CONNECTIONS: Final = 8  # keep the event loop busy; more would only look slow

Whose: TypeAlias = Literal["caller", "address"]


@dataclass(frozen=True, slots=True)
class Window:
    """One count, under one limit; key: unique to the limit, the action and whose it is."""

    limit: RateLimitItem
    whose: Whose
    key: str


class SharedWindows(Protocol):
    """Counts that several servers share."""

    async def take(self, windows: Sequence[Window]) -> float:
        """Count a request and return 0, or return the seconds until all windows have room.

        Raises limits' StorageError or OSError when the counts are out of reach.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@final
class RedisWindows:
    """Counts in Redis; their clock is the servers' wall clock, so these have to agree."""

    def __init__(self, url: str) -> None:
        """Prepare for a `redis://` or `rediss://` URL; the first request connects.

        Raises ProviderMissingError without the extra `redis`, ValueError for another URL.
        """
        try:
            from redis.asyncio import BlockingConnectionPool  # an extra
        except ImportError as error:
            raise ProviderMissingError("to share rate limits, install mien[redis]") from error
        if not url.startswith(("redis://", "rediss://")):
            raise ValueError("the URL of Redis starts with redis:// or rediss://")
        self._pool = BlockingConnectionPool.from_url(
            url,
            max_connections=REDIS_CONNECTIONS,
            timeout=_REDIS_TIMEOUT_S,
            socket_connect_timeout=_REDIS_TIMEOUT_S,
            socket_timeout=_REDIS_TIMEOUT_S,
        )
        storage = RedisStorage(
            f"async+{url}",
            wrap_exceptions=True,
            implementation="redispy",
            key_prefix="mien",
            # Our own pool is bounded, never tries again by itself and can be closed.
            connection_pool=self._pool,  # type: ignore[arg-type]  # documented, but not annotated
        )
        self._limiter = MovingWindowRateLimiter(storage)

    async def take(self, windows: Sequence[Window]) -> float:
        """Count a request and return 0, or return the seconds until all windows have room.

        Where a later window is full, the earlier ones have counted the request: Redis errs on
        the strict side, and the wait is the longest of all.
        """
        async with asyncio.timeout(_REDIS_PATIENCE_S):
            for window in windows:
                if not await self._limiter.hit(window.limit, window.key):
                    return await self._wait_s(windows)
        return 0.0

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.aclose()

    async def _wait_s(self, windows: Sequence[Window]) -> float:
        wait_s = 0.001  # it was refused, even if there is room again by now
        for window in windows:
            stats = await self._limiter.get_window_stats(window.limit, window.key)
            if stats.remaining <= 0:
                wait_s = max(wait_s, stats.reset_time - time.time())
        return wait_s


_Table: TypeAlias = OrderedDict[str, list[float]]
"""By key, the longest unused first: when counted requests leave the window, in order."""


@final
class LocalWindows:
    """Counts in this process, of bounded memory; for one event loop.

    limits' own MemoryStorage is not used: its sweep hops to a thread for each key it holds, and
    after 40,000 addresses kept a core busy for good and had forgotten none of them (5.8).
    """

    def __init__(self, clock: Callable[[], float], capacity: int) -> None:
        """Remember *capacity* callers and as many addresses; clock: seconds that never go back."""
        self._clock = clock
        self._capacity = capacity
        # Apart, so that a flood of addresses cannot make the server forget what callers did.
        self._tables: Final[dict[Whose, _Table]] = {"caller": _Table(), "address": _Table()}

    def wait_s(self, windows: Sequence[Window]) -> float:
        """Return the seconds until all windows have room, 0 for now."""
        now = self._clock()
        return max(self._wait_for_s(window, now) for window in windows)

    def count(self, windows: Sequence[Window]) -> None:
        """Count a request in each window."""
        now = self._clock()
        for window in windows:
            table = self._tables[window.whose]
            if window.key not in table:
                self._make_room(table, now)
                table[window.key] = []
            table[window.key].append(now + window.limit.get_expiry())

    def _wait_for_s(self, window: Window, now: float) -> float:
        table, amount = self._tables[window.whose], window.limit.amount
        leaving = table.get(window.key)
        if leaving is None:
            return 0.0
        # A refused request counts as use too: whoever goes on trying is not forgotten.
        table.move_to_end(window.key)
        del leaving[: bisect_right(leaving, now)]
        return leaving[-amount] - now if len(leaving) >= amount else 0.0

    def _make_room(self, table: _Table, now: float) -> None:
        # Up to two go for each one that comes, so what has passed is soon gone without a sweep.
        # In a full table the longest unused goes, passed or not: that takes as many other
        # addresses as it holds, each with a limit of its own, so nothing is won by it.
        for _ in range(min(2, len(table))):
            leaving = next(iter(table.values()))
            if len(table) < self._capacity and leaving and leaving[-1] > now:
                return
            table.popitem(last=False)
