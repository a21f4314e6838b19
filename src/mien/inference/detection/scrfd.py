"""SCRFD 500M: two anchors per cell, each naming distances to its box's sides and five landmarks.

Source: J. Guo et al., Sample and computation redistribution for efficient face detection,
ICLR 2022 (arXiv:2105.04714); decoding of InsightFace's scrfd.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final

import numpy as np

from mien.core.detection import Detection, Search
from mien.core.image import Image
from mien.core.landmarks import LandmarkScheme
from mien.inference.detection.anchors import Candidates, cell_origins, letterbox, to_detections
from mien.inference.runtime import Network, Tensor

DETECTOR_NAME: Final = "SCRFD 500M"
"""Part of the embedding contract: change it with anything below that moves a point."""

_STRIDES_PX: Final = (8, 16, 32)
_PER_CELL: Final = 2

_CERTAIN: Final = 0.5
"""Score of a face."""

_SMALLEST_PX: Final = 20.0
"""Width of a face, at the network's own scale, that it hardly ever misses."""

_LONGEST_PX: Final = (256.0, 1280.0)
"""Of an image's longer side: below it pays little, above it costs too much."""


@final
class ScrfdDetector:
    """Finds faces of any size from `Search.min_face_px` up."""

    def __init__(self, network: Network) -> None:
        """Take the imported network."""
        self._network = network

    def detect(self, image: Image, search: Search) -> tuple[Detection, ...]:
        """Return the faces found, largest first."""
        boxed = letterbox(image, search, _SMALLEST_PX, _LONGEST_PX)
        height, width = boxed.pixels.shape[:2]
        faces = _decode(self._network.run_all(boxed.pixels[None]), width, height)
        return to_detections(
            boxed, faces, LandmarkScheme.EYES_NOSE_MOUTH_CORNERS, search.min_face_px
        )


def _decode(outputs: Sequence[Tensor], width: int, height: int) -> Candidates:
    """Read scores [n, 1], then distances [n, 4], then points [n, 10], each of three strides."""
    found: list[tuple[Tensor, Tensor, Tensor]] = []
    for level, stride in enumerate(_STRIDES_PX):
        scores, sides, points = (outputs[level + 3 * kind] for kind in range(3))
        faces = np.flatnonzero(scores[:, 0] >= _CERTAIN)
        place = cell_origins(width, height, stride, _PER_CELL)[faces, None]
        # Distances to left, top, right and bottom, in strides.
        distances = sides[faces].reshape(-1, 2, 2) * np.array([[[-1], [1]]]) * stride
        marks = place + points[faces].reshape(-1, 5, 2) * stride
        found.append((place + distances, scores[faces, 0], marks))
    return Candidates(*(np.concatenate(parts) for parts in zip(*found, strict=True)))
