"""The aligned chip that embedders see."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from mien.core.geometry import Points, SimilarityMatrix, similarity_transform
from mien.core.image import Image, Pixels

CHIP_PX: Final = 150
"""Side of a chip."""

ALIGNER_NAME: Final = "dlib five points, 150 px, padding 0.25, area then bilinear, pixel centers"
"""Part of the embedding contract: change it with anything below that changes a pixel."""

_PADDING: Final = 0.25

_MEAN_FACE: Final = np.array(
    [
        (0.8595675, 0.2134982),
        (0.6460605, 0.2289674),
        (0.1205751, 0.2137275),
        (0.3340851, 0.2290642),
        (0.4901123, 0.6277975),
    ]
)
"""dlib's mean eye corners and nose base, in fractions of an unpadded chip."""

_CHIP_POINTS: Final = (
    (_PADDING + _MEAN_FACE) / (1 + 2 * _PADDING) * CHIP_PX - 0.5
).astype(np.float32)
"""In the chip's pixel centers; dlib counts from the corner of its first pixel."""

_SHRINK_FROM: Final = 2.0


def extract_chip(image: Image, landmarks: Points) -> Pixels:
    """Return the face turned upright and scaled, uint8 [150, 150, 3] RGB.

    A face more than twice as large as the chip is shrunk by area first, so that fine texture
    does not alias. Black where the chip reaches beyond the image.
    """
    matrix = similarity_transform(landmarks, _CHIP_POINTS)
    source = image.pixels
    shrink = 1 / float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if shrink > _SHRINK_FROM:
        source, matrix = _shrink(source, matrix, shrink)
    chip = cv2.warpAffine(source, matrix, (CHIP_PX, CHIP_PX), flags=cv2.INTER_LINEAR)
    return np.asarray(chip, dtype=np.uint8)


def _shrink(
    source: Pixels, matrix: SimilarityMatrix, shrink: float
) -> tuple[Pixels, SimilarityMatrix]:
    """Cut out what the chip shows, shrink it by a whole factor, and adapt the transform."""
    corners = np.array([[0, 0, 1], [CHIP_PX, 0, 1], [0, CHIP_PX, 1], [CHIP_PX, CHIP_PX, 1]])
    seen = corners @ cv2.invertAffineTransform(matrix).T
    height, width = source.shape[:2]
    # With a pixel of the shrunken part to spare: black must not be blended in at a cut.
    first, last = seen.min(axis=0) - shrink, seen.max(axis=0) + shrink
    left, top = np.clip(first.astype(int), 0, (width - 1, height - 1))
    right, bottom = np.clip(last.astype(int) + 1, (left + 1, top + 1), (width, height))
    part = source[top:bottom, left:right]
    factor = int(shrink)
    size = (max(1, part.shape[1] // factor), max(1, part.shape[0] // factor))
    small = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    # Pixel centers: small (u, v) lies at part ((u + 0.5) * scale - 0.5).
    scale = np.array([part.shape[1] / size[0], part.shape[0] / size[1]])
    offset = 0.5 * scale - 0.5 + (left, top)
    adapted = np.column_stack([matrix[:, :2] * scale, matrix[:, :2] @ offset + matrix[:, 2]])
    return small, adapted
