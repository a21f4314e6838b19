"""One score of how alive a face looks, from everything that can judge one photo."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final, final

from mien.core.geometry import Box
from mien.core.image import Image
from mien.core.liveness import Check, CheckName
from mien.inference.antispoof.texture import Texture
from mien.inference.antispoof.votes import Witness

THRESHOLD: Final = 0.5
"""Of the score."""

_ALLOWANCE: Final = 1.5
"""Bits that speak for whoever is looked at before anybody votes. Measured, not trained: with it 5 %
of the bona fide photos of replay_attack_dev are rejected at the threshold (docs/liveness.md)."""


@final
class PassiveDetector:
    """Asks every network that is there, and the cues, and adds their votes.

    The cues only accompany a network: without any, nothing is checked, and nothing is called real.
    """

    def __init__(self, networks: Sequence[Witness]) -> None:
        """Take the networks that are present; there may be none."""
        self._networks: Final = tuple(networks)
        self._texture: Final = Texture()

    @property
    def can_check(self) -> bool:
        """Whether there is a network: without one every score is None."""
        return bool(self._networks)

    def assess(self, image: Image, box: Box) -> Check:
        """Return the check of one face: a score of 0 to 1, and every vote, in bits, by its name.

        The score is None where no network could look, and 0 where one answers no number.
        """
        votes: dict[str, float] = {}
        for network in self._networks:
            votes.update(network.vote(image, box))
        if not votes:
            return Check(CheckName.PASSIVE, None, THRESHOLD)
        votes.update(self._texture.vote(image, box))
        finite = {name: bits for name, bits in votes.items() if math.isfinite(bits)}
        score = fuse(votes.values()) if len(finite) == len(votes) else 0.0
        return Check(CheckName.PASSIVE, score, THRESHOLD, finite)


def fuse(votes: Iterable[float]) -> float:
    """Return the score of votes in bits, 0 to 1: the probability that their sum stands for."""
    return 1 / (1 + math.exp2(-(_ALLOWANCE + math.fsum(votes))))
