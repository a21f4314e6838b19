"""YuNet: a detector of 76,000 parameters that marks eyes, nose tip and mouth corners.

It runs twice. First over the whole image, as small as the smallest wanted face allows: that
finds the faces. Then over each face that matters, turned upright, at the size at which its
landmarks are best, and in a mirror: on LFW that takes a third of the false non-matches away
(docs/models.md).

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
from mien.core.image import Image, Pixels
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.inference.alignment import ARCFACE_FRAME, extract_square
from mien.inference.cores import ONE_CORE, Cores
from mien.inference.detection.letterbox import Letterbox
from mien.inference.runtime import Network, Tensor
from mien.inference.scaling import mirror

DETECTOR_NAME: Final = "YuNet, coarse to fine"
LANDMARKER_NAME: Final = "YuNet upright, with mirror image, mean of its cells"
"""Parts of the embedding contract: change them with anything below that moves a point."""

_SCHEME: Final = LandmarkScheme.EYES_NOSE_MOUTH_CORNERS
STRIDES_PX: Final = (8, 16, 32)
CERTAIN: Final = 0.6
PLAUSIBLE: Final = 0.3
"""Scores: of a face in an image, and of one where a face is known to be."""

SMALLEST_PX: Final = 20.0
"""Width of a face, at the network's own scale, that it hardly ever misses: of faces in LFW
shrunk to 16, 20 and 24 pixels it finds 85, 98 and 100 %."""

SURELY_SEEN_PX: Final = 25.0
"""The same of one that it does not miss."""

LONGEST_PX: Final = (320.0, 1280.0)
"""Of an image's longer side: below it pays little, above it costs too much."""

GLANCE_PX: Final = 160.0
"""The same where the largest face is all that is wanted: it mostly fills a good part."""

UPRIGHT_PX: Final = 256
UPRIGHT_EYES_PX: Final = 88.0
"""Side of the second look, and how far apart the eyes are in it."""

MIDDLE_PX: Final = 50.0
"""How far from the middle of a second look the face may be that it is about."""

_EYES_OF_BOX: Final = 0.42
"""The same distance in widths of a detector's box, for detectors that mark no eyes."""

MIRRORED: Final = [1, 0, 2, 4, 3]
"""The points of a mirror image, in their order."""


@final
class YuNetDetector:
    """Finds faces of any size from `Search.min_face_px` up."""

    def __init__(self, network: Network) -> None:
        """Take the imported network."""
        self._network = network

    def detect(self, image: Image, search: Search) -> tuple[Detection, ...]:
        """Return the faces found, largest first."""
        side = max(image.width, image.height)
        finest = float(np.clip(side * SMALLEST_PX / search.min_face_px, *LONGEST_PX))
        found: list[Detection] = []
        if search.largest_only and side > GLANCE_PX:
            found = self._find(image, GLANCE_PX, search)
        if not search.is_satisfied(found, largest_left_px=SURELY_SEEN_PX * side / GLANCE_PX):
            found = self._find(image, finest, search)
        return tuple(sorted(found, key=lambda face: face.box.area, reverse=True))

    def _find(self, image: Image, longest_px: float, search: Search) -> list[Detection]:
        boxed = Letterbox.of(image.pixels, longest_px)
        faces = _read(self._network.run_all(boxed.pixels[None]), CERTAIN)
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
        kept = suppress_overlaps(seen)
        return [face for face in kept if face.box.width >= search.min_face_px]


@final
class YuNetLandmarker:
    """Marks a face that any detector found, by looking at it alone, upright and large."""

    def __init__(self, network: Network, cores: Cores = ONE_CORE) -> None:
        """Take the imported network, and where to look from both sides at once."""
        self._network = network
        self._cores = cores

    def locate(self, image: Image, seen: Detection) -> Landmarks | None:
        """Return eyes, nose tip and mouth corners, the mean of two looks, one in a mirror.

        Where neither look sees a face, what the detector marked; None when it marks nothing.
        """
        matrix = _upright(seen)
        crop = extract_square(image, matrix, UPRIGHT_PX)
        plain, mirrored = self._cores.map(self._look, (crop, mirror(crop)))
        if mirrored is not None:
            mirrored = ((UPRIGHT_PX - 1, 0) + mirrored * (-1, 1))[MIRRORED]
        marked = [points for points in (plain, mirrored) if points is not None]
        if not marked:
            return seen.landmarks
        back = np.asarray(cv2.invertAffineTransform(matrix), dtype=np.float64)
        return Landmarks(apply_transform(back, np.mean(marked, axis=0)), _SCHEME)

    def _look(self, crop: Pixels) -> Points | None:
        """Return the points of the face in the middle of a crop.

        Several cells see it; each marks it by itself, and their mean, weighed by how likely it
        is a face, errs a sixth less than the surest of them does. All of them are of the coarsest
        stride: the face is as large as that.
        """
        faces = _read(self._network.run_all(crop[None])[-1:], PLAUSIBLE)
        aside = np.linalg.norm(faces.corners.mean(axis=1) - UPRIGHT_PX / 2, axis=1)
        central = aside < MIDDLE_PX
        if not central.any():
            return None
        weights = faces.scores[central] ** 2
        return np.asarray(np.average(faces.points[central], axis=0, weights=weights), np.float32)


def _upright(seen: Detection) -> SimilarityMatrix:
    """Return the transform that puts a face upright into the middle of the second look."""
    middle = np.full(2, UPRIGHT_PX / 2)
    if seen.landmarks is None:
        scale = UPRIGHT_EYES_PX / (_EYES_OF_BOX * max(1.0, seen.box.width))
        return np.column_stack([scale * np.eye(2), middle - scale * np.array(seen.box.center)])
    places = ARCFACE_FRAME.places[seen.landmarks.scheme]
    eyes_px = np.ptp(ARCFACE_FRAME.places[_SCHEME][:2, 0])
    target = (places - places.mean(axis=0)) * UPRIGHT_EYES_PX / eyes_px + middle
    return similarity_transform(seen.landmarks.points, target.astype(np.float32))


@dataclass(frozen=True, slots=True)
class _Faces:
    """Corners [n, 2, 2], scores [n] and points [n, 5, 2], in pixels of the network's input."""

    corners: Tensor
    scores: Tensor
    points: Tensor


def _read(levels: Sequence[Tensor], threshold: float) -> _Faces:
    """Read what the network says of one image, of the coarsest strides as many as are given.

    levels: see `importers.yunet_heads`. The points lie about half a pixel of the input too far to
    the lower right. They are left there: the chips' places for them were measured with them.
    """
    found: list[tuple[Tensor, Tensor, Tensor]] = []
    for stride, (cells,) in zip(STRIDES_PX[-len(levels) :], levels, strict=True):
        scores = np.sqrt(_probability(cells[0]) * _probability(cells[1]))
        rows, columns = np.nonzero(scores >= threshold)
        said = cells[:, rows, columns].T
        cell = np.stack([columns, rows], axis=1)
        center = (cell + said[:, 2:4]) * stride
        half = np.exp(said[:, 4:6]) * stride / 2
        points = (said[:, 6:].reshape(-1, 5, 2) + cell[:, None]) * stride
        corners = np.stack([center - half, center + half], axis=1)
        found.append((corners, scores[rows, columns], points))
    corners, scores, points = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return _Faces(corners, scores, points)


def _probability(logits: Tensor) -> Tensor:
    return np.asarray((1 + np.tanh(logits / 2)) / 2, dtype=np.float32)
