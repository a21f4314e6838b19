"""What a face does without a break, from reading to reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from mien.core.live.demands import Demand

_SURE: Final = 2
"""Readings in a row, because one may be wrong."""


@dataclass(frozen=True, slots=True)
class Movement:
    """Something that a face does. readings: how many in a row showed it."""

    began_s: float
    last_s: float
    readings: int = 1

    @property
    def is_sure(self) -> bool:
        """Whether it is no error of a single reading."""
        return self.readings >= _SURE

    @property
    def held_s(self) -> float:
        """From the first reading that showed it to the last."""
        return self.last_s - self.began_s

    def goes_on(self, at_s: float) -> Movement:
        """Return it with one more reading."""
        return Movement(self.began_s, at_s, self.readings + 1)


def follow(
    before: Mapping[Demand, Movement], done: Iterable[Demand], at_s: float
) -> dict[Demand, Movement]:
    """Return what goes on and what begins; what is not done any more has ended."""
    return {
        demand: before[demand].goes_on(at_s) if demand in before else Movement(at_s, at_s)
        for demand in done
    }
