"""Threads of their own for streams, who wait for their turn instead of being refused.

Plain requests have a pool with a queue (`mien.api.work_pool`). In one queue with them, a stream
would wait behind sixty photos for every frame, and many streams would leave no room for a photo;
side by side the operating system shares the cores between the two.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar, final

from mien.api.stream.mailbox import Mailbox

T = TypeVar("T")
R = TypeVar("R")


@final
class Lane:
    """Runs the work of streams in *workers* threads, in the order in which they ask.

    What waits is bounded by the number of streams: each asks for one thing at a time.
    """

    def __init__(self, workers: int) -> None:
        """Start no thread yet."""
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="mien-stream")
        self._turns = asyncio.Semaphore(workers)

    async def run(self, work: Callable[[], R]) -> R:
        """Wait for a turn, and return what *work* returns."""
        async with self._turns:
            return await self._finished(work)

    async def run_newest(self, box: Mailbox[T], work: Callable[[T], R]) -> R:
        """Wait for something in the box and for a turn; only then is the newest taken."""
        await box.filled()
        async with self._turns:
            return await self._finished(partial(work, box.take()))

    def close(self) -> None:
        """Finish what was begun."""
        self._executor.shutdown(wait=True)

    async def _finished(self, work: Callable[[], R]) -> R:
        future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            # No thread can be interrupted, and nobody else may touch what it works on.
            await asyncio.wait([future])
            raise
