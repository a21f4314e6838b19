"""What a check of the database finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from mien.errors import MienError

SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check looked at, and what it found wrong: nothing, in a sound database."""

    check: str
    looked_at: str
    problems: Sequence[str] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(slots=True)
class Problems:
    """Keeps the first few of what may be very many."""

    shown: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, problem: str) -> None:
        """Note one more."""
        self.count += 1
        if len(self.shown) < SHOWN:
            self.shown.append(problem)

    def told(self) -> tuple[str, ...]:
        """Return the first of them, and how many more there are."""
        more = self.count - len(self.shown)
        return (*self.shown, *([f"and {more} more"] if more else []))

    @contextmanager
    def noting(self, what: str) -> Iterator[None]:
        """Note the error that ends what is done inside, and go on."""
        try:
            yield
        except MienError as error:
            self.add(f"{what}: {error}")
