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
from mien.inference.cores import ONE_CORE, Cores

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

    def __init__(self, networks: Sequence[Witness], cores: Cores = ONE_CORE) -> None:
        """Take the networks that are present, there may be none, and where they run at once."""
        self._networks: Final = tuple(networks)
        self._cues: Final = Texture()
        self._cores: Final = cores

    @property
    def can_check(self) -> bool:
        """Whether there is a network: without one every score is None."""
        return bool(self._networks)

    def assess(self, image: Image, box: Box) -> Check:
        """Return the check of one face: a score of 0 to 1, and every vote, in bits, by its name.

        The score is None where no network could look, and 0 where one answers no number.
        """
        witnesses: tuple[Witness, ...] = (*self._networks, self._cues)
        *of_networks, of_cues = self._cores.map(lambda each: each.vote(image, box), witnesses)
        votes = {name: bits for vote in of_networks for name, bits in vote.items()}
        if not votes:
            return Check(CheckName.PASSIVE, None, THRESHOLD)
        votes.update(of_cues)
        finite = {name: bits for name, bits in votes.items() if math.isfinite(bits)}
        score = fuse(votes.values()) if len(finite) == len(votes) else 0.0
        return Check(CheckName.PASSIVE, score, THRESHOLD, finite)


def fuse(votes: Iterable[float]) -> float:
    """Return the score of votes in bits, 0 to 1: the probability that their sum stands for."""
    return 1 / (1 + math.exp2(-(_ALLOWANCE + math.fsum(votes))))
