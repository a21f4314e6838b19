"""Face embedders: networks that turn an aligned chip into a vector.

They differ in their chip and their numbers, not in what is done with them, so one class serves
all; `EMBEDDERS` is where a new one is added, beside its entry in the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import numpy as np
import numpy.typing as npt

from mien.inference import catalogue
from mien.inference.alignment import ARCFACE_FRAME, DLIB_FRAME, FACENET_FRAME, ChipFrame
from mien.inference.model import Model
from mien.inference.runtime import Network
from mien.inference.scaling import mirror

MIRRORED_NAME: Final = "mean with mirror image"
PLAIN_NAME: Final = "without mirror image"
"""Parts of the embedding contract."""

_BATCH: Final = 8
"""Faces per run: more would gain nothing on a CPU and cost memory."""


@dataclass(frozen=True, slots=True)
class EmbedderFacts:
    """What an embedder sees and how long its vectors are."""

    model: Model
    frame: ChipFrame
    dimension: int


EMBEDDERS: Final[Mapping[str, EmbedderFacts]] = {
    facts.model.name: facts
    for facts in (
        EmbedderFacts(catalogue.RESNET29, DLIB_FRAME, 128),
        EmbedderFacts(catalogue.MOBILEFACENET, ARCFACE_FRAME, 128),
        EmbedderFacts(catalogue.ARCFACE_R50, ARCFACE_FRAME, 512),
        EmbedderFacts(catalogue.ARCFACE_MBF, ARCFACE_FRAME, 512),
        EmbedderFacts(catalogue.ADAFACE, ARCFACE_FRAME, 512),
        EmbedderFacts(catalogue.SFACE, ARCFACE_FRAME, 128),
        EmbedderFacts(catalogue.FACENET, FACENET_FRAME, 512),
    )
}


@final
class Embedder:
    """Embeds chips, mirrored as the mean of each chip's and its mirror image's vector.

    The mirror image costs as much again. It takes a fifth of the errors away of a model that is
    alone, and nothing of the lesser one of two (docs/models.md).
    """

    def __init__(self, network: Network, facts: EmbedderFacts, *, mirrored: bool = True) -> None:
        """Take the imported network."""
        self._network = network
        self.facts: Final = facts
        self._mirrored: Final = mirrored

    def embed(self, chips: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return vectors, float32 [n, dimension], of chips, uint8 [n, side, side, 3] RGB."""
        parts = [np.zeros((0, self.facts.dimension), np.float32)]
        parts.extend(
            self._embed(chips[start : start + _BATCH]) for start in range(0, len(chips), _BATCH)
        )
        return np.concatenate(parts)

    def _embed(self, chips: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        if not self._mirrored:
            return self._network.run(chips)
        raw = self._network.run(np.stack([*chips, *map(mirror, chips)]))
        return np.asarray((raw[: len(chips)] + raw[len(chips) :]) / 2, dtype=np.float32)
