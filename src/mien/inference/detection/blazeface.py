"""BlazeFace, short range: a fast detector for selfies, at a fixed 128 x 128.

It sees no face that fills less than about a fifth of the image's longer side.

Source: V. Bazarevsky et al., BlazeFace: sub-millisecond neural face detection on mobile GPUs,
2019 (arXiv:1907.05047); anchors of MediaPipe's face_detection_short_range.
"""

from __future__ import annotations

from typing import Final, final

import numpy as np

from mien.core.detection import Detection, Search
from mien.core.image import Image
from mien.core.landmarks import LandmarkScheme
from mien.inference.detection.anchors import Candidates, cell_origins, to_detections
from mien.inference.detection.letterbox import Letterbox
from mien.inference.runtime import Network, Tensor

DETECTOR_NAME: Final = "BlazeFace short range"
"""Part of the embedding contract: change it with anything below that moves a point."""

_SIDE_PX: Final = 128
_PER_CELL: Final = {8: 2, 16: 6}
"""Anchors of a cell by stride, 896 in all; they differ in nothing."""

_MARKED: Final = slice(2, 6)
"""Of box center, box size and six points: the eyes, the nose tip and the mouth; not the ears."""

_CERTAIN: Final = 0.6
"""Score of a face."""


@final
class BlazeFaceDetector:
    """Finds faces that fill a good part of the image."""

    def __init__(self, network: Network) -> None:
        """Take the imported network."""
        self._network = network
        self._anchors: Final = np.concatenate(
            [
                cell_origins(_SIDE_PX, _SIDE_PX, stride, per_cell) + stride / 2
                for stride, per_cell in _PER_CELL.items()
            ]
        )

    def detect(self, image: Image, search: Search) -> tuple[Detection, ...]:
        """Return the faces found, largest first."""
        boxed = Letterbox.of(image.pixels, _SIDE_PX, square=True)
        values, logits = self._network.run_all(boxed.pixels[None])
        faces = _decode(values[0], logits[0, :, 0], self._anchors)
        return to_detections(boxed, faces, LandmarkScheme.EYES_NOSE_MOUTH, search.min_face_px)


def _decode(values: Tensor, logits: Tensor, anchors: Tensor) -> Candidates:
    """Read values [n, 16] and logits [n] of the anchors [n, 2], all in pixels."""
    faces = np.flatnonzero(logits >= np.log(_CERTAIN / (1 - _CERTAIN)))
    place, value = anchors[faces, None], values[faces].reshape(-1, 8, 2)
    center, half = place + value[:, :1], value[:, 1:2] / 2
    corners = np.concatenate([center - half, center + half], axis=1)
    scores = np.asarray(1 / (1 + np.exp(-logits[faces])), np.float32)
    return Candidates(corners, scores, place + value[:, _MARKED])
