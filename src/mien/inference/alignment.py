"""Aligned chips: a face turned upright and scaled, as each embedder was trained to see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from mien.core.geometry import Points, SimilarityMatrix, apply_transform, similarity_transform
from mien.core.image import Image, Pixels
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.inference.scaling import divide

_SHRINK_FROM: Final = 2.0

_EYE_CORNERS: Final[Points] = (
    0.25
    + np.array(
        [
            (0.8595675, 0.2134982),
            (0.6460605, 0.2289674),
            (0.1205751, 0.2137275),
            (0.3340851, 0.2290642),
            (0.4901123, 0.6277975),
        ],
        np.float32,
    )
) / 1.5 * 150 - 0.5
"""dlib's mean eye corners and nose base in its 150-pixel chip with a padding of 0.25.

dlib counts from the corner of the first pixel, mien from its center.
"""

_EYES_IN_DLIB: Final[Points] = np.array(
    [(47.88, 44.70), (102.65, 45.79), (75.56, 79.51), (49.00, 102.55), (98.80, 103.73)],
    np.float32,
)
"""Where the other five points lie in that chip, measured on faces that were aligned by dlib's."""

_EYES_IN_ARCFACE: Final[Points] = np.array(
    [
        (38.2946, 51.6963),
        (73.5318, 51.5014),
        (56.0252, 71.7366),
        (41.5493, 92.3655),
        (70.7299, 92.2041),
    ],
    np.float32,
)
"""Source: J. Deng et al., ArcFace, CVPR 2019; the template of InsightFace's face_align.py."""


_EYES_IN_FACENET: Final[Points] = np.array(
    [(54.1, 61.6), (109.0, 61.7), (81.5, 93.4), (57.2, 120.9), (106.4, 120.9)], np.float32
)
"""Medians over facenet-pytorch's own crops of 201 LFW photos, before they are squeezed."""


@dataclass(frozen=True, slots=True, eq=False)
class ChipFrame:
    """A chip's side in pixels and where the landmarks of each scheme come to lie in it.

    name: part of the embedding contract; change it with anything that moves a pixel.
    stretch: how much wider than high a pixel is drawn, around the middle of the chip.
    """

    name: str
    side_px: int
    places: Mapping[LandmarkScheme, Points]
    stretch: float = 1.0


def frame_of(
    name: str, side_px: int, eyes_nose_mouth: Points, eye_corners: Points, stretch: float = 1.0
) -> ChipFrame:
    """Return a frame from where eyes, nose tip and mouth corners, and eye corners, lie in it."""
    mouth = eyes_nose_mouth[3:5].mean(axis=0)
    return ChipFrame(
        name,
        side_px,
        {
            LandmarkScheme.EYE_CORNERS_NOSE_BASE: eye_corners.astype(np.float32),
            LandmarkScheme.EYES_NOSE_MOUTH_CORNERS: eyes_nose_mouth.astype(np.float32),
            LandmarkScheme.EYES_NOSE_MOUTH: np.vstack([eyes_nose_mouth[:3], mouth]).astype(
                np.float32
            ),
        },
        stretch,
    )


def eye_corners_of(target: Points) -> Points:
    """Return the eye corners in a frame that only names the other five points."""
    return apply_transform(similarity_transform(_EYES_IN_DLIB, target), _EYE_CORNERS)


DLIB_FRAME: Final = frame_of("dlib 150 px, by whole factors", 150, _EYES_IN_DLIB, _EYE_CORNERS)
"""Eyes 55 pixels apart, chin to hair line: what ResNet-29 sees and quality is measured on."""

ARCFACE_FRAME: Final = frame_of(
    "ArcFace 112 px, by whole factors", 112, _EYES_IN_ARCFACE, eye_corners_of(_EYES_IN_ARCFACE)
)
"""Eyes 35 pixels apart, a tighter crop."""


FACENET_FRAME: Final = frame_of(
    "FaceNet 160 px, by whole factors",
    160,
    _EYES_IN_FACENET,
    eye_corners_of(_EYES_IN_FACENET),
    stretch=1.337,
)
"""facenet-pytorch squeezes the tall box of its MTCNN into a square; so does this, upright."""


def extract_chip(image: Image, landmarks: Landmarks, frame: ChipFrame) -> Pixels:
    """Return the face upright in a frame, uint8 [side, side, 3] RGB."""
    matrix = similarity_transform(landmarks.points, frame.places[landmarks.scheme])
    middle = (frame.side_px - 1) / 2
    matrix[0] = frame.stretch * matrix[0] + (0, 0, (1 - frame.stretch) * middle)
    return extract_square(image, matrix, frame.side_px)


def extract_square(image: Image, matrix: SimilarityMatrix, side: int) -> Pixels:
    """Return the square that a similarity maps to (0, 0)-(side, side), uint8 RGB.

    What is shrunk to less than half is shrunk by area first, so that fine texture does not
    alias. Black where the square reaches beyond the image.
    """
    source = image.pixels
    shrink = 1 / float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if shrink > _SHRINK_FROM:
        source, matrix = _shrink(source, matrix, shrink, side)
    square = cv2.warpAffine(source, matrix, (side, side), flags=cv2.INTER_LINEAR)
    return np.asarray(square, dtype=np.uint8)


def _shrink(
    source: Pixels, matrix: SimilarityMatrix, shrink: float, side: int
) -> tuple[Pixels, SimilarityMatrix]:
    """Cut out what the square shows, shrink it by a whole factor, and adapt the transform."""
    corners = np.array([[0, 0, 1], [side, 0, 1], [0, side, 1], [side, side, 1]])
    seen = corners @ cv2.invertAffineTransform(matrix).T
    height, width = source.shape[:2]
    factor = min(int(shrink), width, height)
    # With pixels of the shrunken part to spare, of which one may be cut off where it does not
    # divide: black must not be blended in at a cut.
    first, last = seen.min(axis=0) - factor, seen.max(axis=0) + 2 * factor
    left, top = np.clip(first.astype(int), 0, (width - factor, height - factor))
    right, bottom = np.clip(last.astype(int) + 1, (left + factor, top + factor), (width, height))
    small = divide(source[top:bottom, left:right], factor)
    # Pixel centers: small (u, v) lies at part ((u + 0.5) * factor - 0.5).
    offset = 0.5 * factor - 0.5 + np.array([left, top])
    return small, np.column_stack([matrix[:, :2] * factor, matrix[:, :2] @ offset + matrix[:, 2]])
