"""YuNet: a detector of 76,000 parameters that marks eyes, nose tip and mouth corners.

It runs twice. First over the whole image, as small as the smallest wanted face allows: that
finds the faces. Then over each face that matters, turned upright and at the size at which its
landmarks are best: on LFW that takes a third of the false non-matches away (docs/models.md).

Source: W. Wu, H. Peng, S. Yu, YuNet: a tiny millisecond-level face detector, Machine
Intelligence Research 2023; OpenCV zoo, face_detection_yunet_2023mar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import cv2
import numpy as np

from mien.core.detection import Detection, Search, suppress_overlaps
from mien.core.geometry import (
    Box,
    Points,
    SimilarityMatrix,
    apply_transform,
    similarity_transform,
)
from mien.core.image import Image
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.inference.alignment import ARCFACE_FRAME, extract_square
from mien.inference.detection.letterbox import Letterbox
from mien.inference.runtime import Network, Tensor

DETECTOR_NAME: Final = "YuNet"
LANDMARKER_NAME: Final = "YuNet upright, with mirror image"
"""Parts of the embedding contract: change them with anything below that moves a point."""

_SCHEME: Final = LandmarkScheme.EYES_NOSE_MOUTH_CORNERS
_STRIDES_PX: Final = (8, 16, 32)
_CERTAIN: Final = 0.6
_PLAUSIBLE: Final = 0.3
"""Scores: of a face in an image, and of one where a face is known to be."""

_SMALLEST_PX: Final = 20.0
"""Width of a face, at the network's own scale, that it hardly ever misses: of faces in LFW
shrunk to 16, 20 and 24 pixels it finds 85, 98 and 100 %."""

_LONGEST_PX: Final = (320.0, 1280.0)
"""Of an image's longer side: below it pays little, above it costs too much."""

_UPRIGHT_PX: Final = 256
_UPRIGHT_EYES_PX: Final = 88.0
"""Side of the second look, and how far apart the eyes are in it."""

_MIDDLE_PX: Final = 50.0
"""How far from the middle of a second look the face may be that it is about."""

_EYES_OF_BOX: Final = 0.42
"""The same distance in widths of a detector's box, for detectors that mark no eyes."""

_MIRRORED: Final = [1, 0, 2, 4, 3]
"""The points of a mirror image, in their order."""


@final
class YuNetDetector:
    """Finds faces of any size from `Search.min_face_px` up."""

    def __init__(self, network: Network) -> None:
        """Take the imported network."""
        self._network = network

    def detect(self, image: Image, search: Search) -> tuple[Detection, ...]:
        """Return the faces found, largest first."""
        longest = max(image.width, image.height) * _SMALLEST_PX / search.min_face_px
        boxed = Letterbox.of(image.pixels, float(np.clip(longest, *_LONGEST_PX)))
        height, width = boxed.pixels.shape[:2]
        faces = _decode(self._network.run_all(boxed.pixels[None]), 0, (width, height), _CERTAIN)
        seen = [
            Detection(
                Box(*boxed.to_image(corners).reshape(-1).tolist()),
                float(score),
                Landmarks(boxed.to_image(points), _SCHEME),
            )
            for corners, score, points in zip(
                faces.corners, faces.scores, faces.points, strict=True
            )
        ]
        kept = (face for face in suppress_overlaps(seen) if face.box.width >= search.min_face_px)
        return tuple(sorted(kept, key=lambda face: face.box.area, reverse=True))


@final
class YuNetLandmarker:
    """Marks a face that any detector found, by looking at it alone, upright and large."""

    def __init__(self, network: Network) -> None:
        """Take the imported network."""
        self._network = network

    def locate(self, image: Image, seen: Detection) -> Landmarks | None:
        """Return eyes, nose tip and mouth corners, the mean of two looks, one in a mirror.

        Where neither look sees a face, what the detector marked; None when it marks nothing.
        """
        matrix = _upright(seen)
        crop = extract_square(image, matrix, _UPRIGHT_PX)
        outputs = self._network.run_all(np.stack([crop, crop[:, ::-1]]))
        looks = [_central_points(outputs, view) for view in (0, 1)]
        plain, mirrored = looks
        if mirrored is not None:
            mirrored = ((_UPRIGHT_PX - 1, 0) + mirrored * (-1, 1))[_MIRRORED]
        marked = [points for points in (plain, mirrored) if points is not None]
        if not marked:
            return seen.landmarks
        back = np.asarray(cv2.invertAffineTransform(matrix), dtype=np.float64)
        return Landmarks(apply_transform(back, np.mean(marked, axis=0)), _SCHEME)


def _upright(seen: Detection) -> SimilarityMatrix:
    """Return the transform that puts a face upright into the middle of the second look."""
    middle = np.full(2, _UPRIGHT_PX / 2)
    if seen.landmarks is None:
        scale = _UPRIGHT_EYES_PX / (_EYES_OF_BOX * max(1.0, seen.box.width))
        return np.column_stack([scale * np.eye(2), middle - scale * np.array(seen.box.center)])
    places = ARCFACE_FRAME.places[seen.landmarks.scheme]
    eyes_px = np.ptp(ARCFACE_FRAME.places[_SCHEME][:2, 0])
    target = (places - places.mean(axis=0)) * _UPRIGHT_EYES_PX / eyes_px + middle
    return similarity_transform(seen.landmarks.points, target.astype(np.float32))


def _central_points(outputs: Sequence[Tensor], view: int) -> Points | None:
    """Return the points of the surest face in the middle of a second look."""
    faces = _decode(outputs, view, (_UPRIGHT_PX, _UPRIGHT_PX), _PLAUSIBLE)
    aside = np.linalg.norm(faces.corners.mean(axis=1) - _UPRIGHT_PX / 2, axis=1)
    central = np.flatnonzero(aside < _MIDDLE_PX)
    if not len(central):
        return None
    surest = central[np.argmax(faces.scores[central])]
    return np.asarray(faces.points[surest], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Faces:
    """Corners [n, 2, 2], scores [n] and points [n, 5, 2], in pixels of the network's input."""

    corners: Tensor
    scores: Tensor
    points: Tensor


def _decode(
    outputs: Sequence[Tensor], view: int, size: tuple[int, int], threshold: float
) -> _Faces:
    """Read what the network says about one image of a batch, of *size* (width, height).

    Its points lie about half a pixel of its input too far to the lower right. They are left
    there: the chips' places for these points were measured with them.
    """
    found: list[tuple[Tensor, Tensor, Tensor]] = []
    for level, stride in enumerate(_STRIDES_PX):
        is_face, is_object, boxes, points = (outputs[level + 3 * kind][view] for kind in range(4))
        scores = np.sqrt(np.clip(is_face[:, 0], 0, 1) * np.clip(is_object[:, 0], 0, 1))
        cells = np.flatnonzero(scores >= threshold)
        columns = size[0] // stride
        cell = np.stack([cells % columns, cells // columns], axis=1)
        center = (cell + boxes[cells, :2]) * stride
        half = np.exp(boxes[cells, 2:]) * stride / 2
        marks = (points[cells].reshape(-1, 5, 2) + cell[:, None]) * stride
        found.append((np.stack([center - half, center + half], axis=1), scores[cells], marks))
    corners, scores, marks = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return _Faces(corners, scores, marks)
