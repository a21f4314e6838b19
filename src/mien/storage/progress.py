"""How far a long run is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told how many of how many *what* are done, from time to time."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show it; must return soon."""
        ...


def ignore_progress(what: str, done: int, total: int) -> None:
    """Show nothing."""
