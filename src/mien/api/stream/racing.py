"""Several things at once, until the first of them is done."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


async def first_of(*works: Coroutine[object, object, T], within_s: float | None = None) -> T | None:
    """Return what the first to end returns, or raise what it raises; None when time is over.

    The others are cancelled and gone when this returns. Of several that end at once, the one
    that is named first counts.
    """
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return next((task.result() for task in tasks if task in done), None)
