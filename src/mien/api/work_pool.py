"""A bounded pool for inference: what does not fit is refused, so that the rest stays fast."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, final

from prometheus_client import Gauge

from mien.errors import OverloadedError

T = TypeVar("T")

_RETRY_AFTER_S = 1


@final
class WorkPool:
    """Runs blocking work in *workers* threads, with at most *queue_length* more waiting."""

    def __init__(self, workers: int, queue_length: int, pending: Gauge) -> None:
        """Start the threads; *pending* shows how much there is to do."""
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="mien-worker")
        self._capacity = workers + queue_length
        self._pending = 0
        self._gauge = pending

    async def run(self, work: Callable[[], T]) -> T:
        """Return what *work* returns; raise OverloadedError at once when the pool is full."""
        if self._pending >= self._capacity:
            raise OverloadedError("the server is busy: try again shortly", _RETRY_AFTER_S)
        self._count(+1)
        # The place is free when the work is done, not when a caller gives up on it.
        future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        future.add_done_callback(lambda _: self._count(-1))
        return await asyncio.shield(future)

    def close(self) -> None:
        """Finish what was begun."""
        self._executor.shutdown(wait=True)

    def _count(self, change: int) -> None:
        self._pending += change
        self._gauge.set(self._pending)
