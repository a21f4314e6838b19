"""Lets several cores work on one photo, where they have nothing else to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar, final

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


@final
class Cores:
    """Threads that help the calling one; safe to use from several threads.

    A caller waits for nobody: what no helper has begun when it gets there, it does itself. So a
    single photo is looked at by all cores, and with as many callers as cores each does its own.
    """

    def __init__(self, count: int) -> None:
        """Take how many things may be done at once, the caller's own among them."""
        self._pool: Final = (
            ThreadPoolExecutor(count - 1, thread_name_prefix="core") if count > 1 else None
        )

    def map(self, work: Callable[[_Given], _Made], values: Iterable[_Given]) -> list[_Made]:
        """Return what *work* makes of each value, in their order; raise what it raises."""
        given = list(values)
        if self._pool is None:
            return [work(value) for value in given]
        begun = [(value, self._pool.submit(work, value)) for value in given[1:]]
        made = [work(first) for first in given[:1]]
        made.extend(_result(work, value, future) for value, future in begun)
        return made


def _result(work: Callable[[_Given], _Made], value: _Given, future: Future[_Made]) -> _Made:
    return work(value) if future.cancel() else future.result()


ONE_CORE: Final = Cores(1)
"""The calling thread alone."""
