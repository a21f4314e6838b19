"""A place for one thing: a newer one takes it, and nobody waits for old news."""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar, final

T = TypeVar("T")


@final
class Mailbox(Generic[T]):
    """Holds the newest of what was put in; for one event loop, and one who takes."""

    def __init__(self) -> None:
        """Start empty."""
        self._newest: T | None = None
        self._filled = asyncio.Event()
        self.dropped = 0

    def put(self, thing: T) -> None:
        """Keep this; what was not taken yet is dropped, and counted."""
        self.dropped += self._newest is not None
        self._newest = thing
        self._filled.set()

    async def filled(self) -> None:
        """Wait until there is something to take."""
        await self._filled.wait()

    def take(self) -> T:
        """Take what is there; raise LookupError where nothing is."""
        if self._newest is None:
            raise LookupError("the mailbox is empty")
        thing, self._newest = self._newest, None
        self._filled.clear()
        return thing
