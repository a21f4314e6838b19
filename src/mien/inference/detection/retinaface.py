"""RetinaFace on MobileNet 0.25: two anchors per cell of three grids, with five landmarks each.

Source: J. Deng et al., RetinaFace: single-shot multi-level face localisation in the wild,
CVPR 2020 (arXiv:1905.00641); anchors and variances of biubug6's Pytorch_Retinaface.
"""

from __future__ import annotations

from typing import Final, final

import numpy as np

from mien.core.detection import Detection, Search
from mien.core.image import Image
from mien.core.landmarks import LandmarkScheme
from mien.inference.detection.anchors import Candidates, cell_origins, letterbox, to_detections
from mien.inference.runtime import Network, Tensor

DETECTOR_NAME: Final = "RetinaFace"
"""Part of the embedding contract: change it with anything below that moves a point."""

_ANCHORS_PX: Final = {8: (16, 32), 16: (64, 128), 32: (256, 512)}
"""Sides of the square anchors of a cell, by stride."""

_PLACE_VARIANCE: Final = 0.1
_SIZE_VARIANCE: Final = 0.2

_CERTAIN: Final = 0.6
"""Score of a face."""

_SMALLEST_PX: Final = 24.0
"""Width of a face, at the network's own scale, that it hardly ever misses."""

_LONGEST_PX: Final = (256.0, 1280.0)
"""Of an image's longer side: below it pays little, above it costs too much."""


@final
class RetinaFaceDetector:
    """Finds faces of any size from `Search.min_face_px` up."""

    def __init__(self, network: Network) -> None:
        """Take the imported network."""
        self._network = network

    def detect(self, image: Image, search: Search) -> tuple[Detection, ...]:
        """Return the faces found, largest first."""
        boxed = letterbox(image, search, _SMALLEST_PX, _LONGEST_PX)
        height, width = boxed.pixels.shape[:2]
        boxes, scores, points = (output[0] for output in self._network.run_all(boxed.pixels[None]))
        faces = _decode(boxes, scores[:, 1], points, _anchors(width, height))
        return to_detections(
            boxed, faces, LandmarkScheme.EYES_NOSE_MOUTH_CORNERS, search.min_face_px
        )


def _anchors(width: int, height: int) -> Tensor:
    """Return center x, center y and side of each anchor, float32 [n, 3]."""
    levels = []
    for stride, sides in _ANCHORS_PX.items():
        centers = cell_origins(width, height, stride, len(sides)) + stride / 2
        levels.append(np.column_stack([centers, np.resize(sides, len(centers))]))
    return np.concatenate(levels).astype(np.float32)


def _decode(boxes: Tensor, scores: Tensor, points: Tensor, anchors: Tensor) -> Candidates:
    """Read boxes [n, 4], scores [n] and points [n, 10] relative to the anchors."""
    faces = np.flatnonzero(scores >= _CERTAIN)
    place, side = anchors[faces, None, :2], anchors[faces, None, 2:]
    center = place + boxes[faces, None, :2] * _PLACE_VARIANCE * side
    half = np.exp(boxes[faces, None, 2:] * _SIZE_VARIANCE) * side / 2
    marks = place + points[faces].reshape(-1, 5, 2) * _PLACE_VARIANCE * side
    return Candidates(np.concatenate([center - half, center + half], axis=1), scores[faces], marks)
