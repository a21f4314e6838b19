"""The unit that everything against presentation attacks speaks in, so that it can be added.

A vote is in bits: how much it moves the odds of a living face, each bit by a factor of two. 0 says
nothing either way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from mien.core.geometry import Box
from mien.core.image import Image

Votes = Mapping[str, float]
"""Bits by name; what could not be looked at is absent."""

LARGEST_VOTE: Final = 4.0
"""No single witness decides against all the others."""


class Witness(Protocol):
    """Something that looks at a face and votes."""

    def vote(self, image: Image, box: Box) -> Votes:
        """Return its votes; none where it can see nothing."""
        ...


def bounded(bits: float, limit: float = LARGEST_VOTE) -> float:
    """Return a vote within its limits; what is not a number stays one."""
    return bits if bits != bits else min(max(bits, -limit), limit)  # noqa: PLR0124 NaN alone
