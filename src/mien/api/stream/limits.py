"""How much one stream may send, and how many streams there may be."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, final

from mien.errors import OverloadedError

MESSAGES_PER_S: Final = 60
BYTES_PER_S: Final = 16 * 1024 * 1024
BURST_S: Final = 2
"""So much may come at once: a network that stood still delivers everything together."""

_RETRY_AFTER_S: Final = 5


@final
class Flow:
    """Lets an amount through a second, and a burst of it (a token bucket)."""

    def __init__(
        self,
        per_s: float,
        burst_s: float = BURST_S,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start with room for a burst."""
        self._per_s: Final = per_s
        self._most: Final = per_s * burst_s
        self._monotonic_s: Final = monotonic_s
        self._room = self._most
        self._at_s = monotonic_s()

    def has_room_for(self, amount: float) -> bool:
        """Count an amount, and tell whether there was room for it."""
        now_s = self._monotonic_s()
        self._room = min(self._most, self._room + (now_s - self._at_s) * self._per_s)
        self._at_s = now_s
        self._room -= amount
        return self._room >= 0


@final
class Places:
    """Counts who holds how many of a number of places; for one event loop."""

    def __init__(self, most: int, most_each: int) -> None:
        """Take the number of places, and of those that one holder may have."""
        self._most: Final = most
        self._most_each: Final = most_each
        self._held: Final[Counter[str]] = Counter()

    @contextmanager
    def one(self, holder: str) -> Iterator[None]:
        """Hold a place; raise OverloadedError when there is none."""
        if self._held.total() >= self._most:
            raise OverloadedError("the server has as many streams as it takes", _RETRY_AFTER_S)
        if self._held[holder] >= self._most_each:
            raise OverloadedError(
                f"you have {self._most_each} streams already, which is the most", _RETRY_AFTER_S
            )
        self._held[holder] += 1
        try:
            yield
        finally:
            self._held[holder] -= 1
            if not self._held[holder]:
                del self._held[holder]
