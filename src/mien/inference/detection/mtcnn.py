"""MTCNN: three networks in a cascade, each of which sees fewer and larger windows.

PNet slides over an image pyramid and proposes windows, RNet sorts them out, ONet settles the
box and marks five points.

Source: K. Zhang et al., Joint face detection and alignment using multitask cascaded
convolutional networks, IEEE Signal Processing Letters 2016 (arXiv:1604.02878); thresholds,
overlaps and rounding of facenet-pytorch. Unlike there, windows that reach beyond the image
are filled with black as in the paper's own code, not squeezed, and the windows that agree on a
face are averaged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, final

import cv2
import numpy as np
import numpy.typing as npt

from mien.core.detection import Detection, Search
from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.inference.detection.consensus import merge_overlaps
from mien.inference.runtime import Network, Tensor

DETECTOR_NAME: Final = "MTCNN, factor 0.709"
"""Part of the embedding contract: change it with anything below that moves a point."""

_THRESHOLDS: Final = (0.6, 0.7, 0.7)
"""Scores that the three networks ask for."""

_LEVEL_STEP: Final = 0.709
"""Between neighboring levels of the pyramid: about half of the pixels."""

_SEEN_PX: Final = 12
_STRIDE_PX: Final = 2
"""PNet's window and its steps."""

_RNET_PX: Final = 24
_ONET_PX: Final = 48

_SAME_IN_LEVEL: Final = 0.5
_SAME: Final = 0.7
"""Overlap (IoU) above which the better of two windows stands for both."""

_MOST_WINDOWS: Final = 2000
"""Windows that a network is asked about: far more than any photo has, but not without end."""

_LONGEST_PX: Final = 1280.0
"""Of the longer side of the pyramid's largest level: above it costs too much."""


_Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Windows:
    """Edges [n, 4] (left, top, right, bottom) in image pixels, scores [n].

    (0, 0) is the corner of the first pixel, not its center.
    """

    edges: Tensor
    scores: Tensor

    def pick(self, chosen: _Indices) -> _Windows:
        """Return some of them, in the order of their indices."""
        return _Windows(self.edges[chosen], self.scores[chosen])


@final
class MtcnnDetector:
    """Finds faces of any size from `Search.min_face_px` up."""

    def __init__(self, proposals: Network, refinement: Network, output: Network) -> None:
        """Take PNet, RNet and ONet."""
        self._proposals = proposals
        self._refinement = refinement
        self._output = output

    def detect(self, image: Image, search: Search) -> tuple[Detection, ...]:
        """Return the faces found, largest first."""
        levels = [self._propose(level, image) for level in _pyramid(image, search.min_face_px)]
        if not levels:
            return ()
        windows = _Windows(
            np.concatenate([level.edges for level in levels]),
            np.concatenate([level.scores for level in levels]),
        )
        windows = windows.pick(_distinct(windows, _SAME))
        windows = self._refine(image.pixels, _squared(windows.edges))
        seen = self._settle(image.pixels, _squared(windows.edges))
        return merge_overlaps(seen, search.min_face_px)

    def _propose(self, level: Pixels, image: Image) -> _Windows:
        """Return the windows of one level that may show a face."""
        scores, boxes = (output[0] for output in self._proposals.run_all(level[None]))
        rows, columns = np.nonzero(scores >= _THRESHOLDS[0])
        scale = (level.shape[1] / image.width, level.shape[0] / image.height) * 2
        place = np.stack([columns, rows], axis=1) * _STRIDE_PX
        edges = (np.hstack([place, place + _SEEN_PX]) / scale).astype(np.float32)
        windows = _Windows(edges, scores[rows, columns])
        chosen = _distinct(windows, _SAME_IN_LEVEL)
        moved = _moved(edges, boxes[:, rows, columns].T)
        return _Windows(moved, windows.scores).pick(chosen)

    def _refine(self, pixels: Pixels, edges: Tensor) -> _Windows:
        """Return the windows that RNet confirms, as it corrects them."""
        if not len(edges):
            return _Windows(edges, edges[:, 0])
        scores, boxes = self._refinement.run_all(_crops(pixels, edges, _RNET_PX))
        sure = np.flatnonzero(scores > _THRESHOLDS[1])
        windows = _Windows(edges[sure], scores[sure])
        chosen = _distinct(windows, _SAME)
        return _Windows(_moved(windows.edges, boxes[sure]), windows.scores).pick(chosen)

    def _settle(self, pixels: Pixels, edges: Tensor) -> Iterator[Detection]:
        """Yield the faces that ONet confirms, some of them several times."""
        if not len(edges):
            return
        scores, boxes, marks = self._output.run_all(_crops(pixels, edges, _ONET_PX))
        for face in np.flatnonzero(scores > _THRESHOLDS[2]):
            start, size = edges[face, :2], edges[face, 2:] - edges[face, :2]
            points = start + marks[face].reshape(2, 5).T * size
            box = _moved(edges[face : face + 1], boxes[face : face + 1])[0]
            yield Detection(
                Box(*(box - 0.5).tolist()),
                float(scores[face]),
                Landmarks(points - 0.5, LandmarkScheme.EYES_NOSE_MOUTH_CORNERS),
            )


def _pyramid(image: Image, min_face_px: float) -> Iterator[Pixels]:
    """Yield the image at every scale at which PNet's window can hold a face."""
    longest, shortest = max(image.width, image.height), min(image.width, image.height)
    scale = min(1.0, _SEEN_PX / min_face_px, _LONGEST_PX / longest)
    levels = [image.pixels]
    while shortest * scale >= _SEEN_PX:
        # From a level about three times as large: nothing is lost, and large images take less time.
        source = levels[max(0, len(levels) - 3)]
        size = (int(image.width * scale + 1), int(image.height * scale + 1))
        level = np.asarray(cv2.resize(source, size, interpolation=cv2.INTER_AREA), np.uint8)
        yield level
        levels.append(level)
        scale *= _LEVEL_STEP


def _crops(pixels: Pixels, edges: Tensor, side_px: int) -> Pixels:
    """Return windows [n, 4] as uint8 [n, side, side, 3], black beyond the image."""
    height, width = pixels.shape[:2]
    crops = np.zeros((len(edges), side_px, side_px, 3), np.uint8)
    for crop, (left, top, right, bottom) in zip(crops, edges.astype(int).tolist(), strict=True):
        part = pixels[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
        if part.size == 0:
            continue
        beyond = (-min(0, top), max(0, bottom - height), -min(0, left), max(0, right - width))
        if any(beyond):
            part = np.asarray(cv2.copyMakeBorder(part, *beyond, cv2.BORDER_CONSTANT), np.uint8)
        crop[:] = cv2.resize(part, (side_px, side_px), interpolation=cv2.INTER_AREA)
    return crops


def _squared(edges: Tensor) -> Tensor:
    """Return the squares around the same centers, with whole pixels as edges."""
    side = np.max(edges[:, 2:] - edges[:, :2], axis=1, keepdims=True)
    start = (edges[:, :2] + edges[:, 2:] - side) / 2
    return np.round(np.hstack([start, start + np.maximum(1, side)]))


def _moved(edges: Tensor, boxes: Tensor) -> Tensor:
    """Move the edges [n, 4] by shares [n, 4] of the windows' sizes."""
    size = edges[:, 2:] - edges[:, :2]
    return edges + boxes * np.hstack([size, size])


def _distinct(windows: _Windows, overlap: float) -> _Indices:
    """Return the best windows of which no two overlap (IoU) by more, best first (greedy NMS)."""
    edges = windows.edges
    areas = np.prod(edges[:, 2:] - edges[:, :2], axis=1)
    left = np.argsort(-windows.scores, kind="stable")[:_MOST_WINDOWS]
    chosen: list[int] = []
    while len(left):
        best, left = left[0], left[1:]
        chosen.append(int(best))
        start = np.maximum(edges[best, :2], edges[left, :2])
        end = np.minimum(edges[best, 2:], edges[left, 2:])
        shared = np.prod(np.maximum(0, end - start), axis=1)
        left = left[shared <= overlap * (areas[best] + areas[left] - shared)]
    return np.array(chosen, np.intp)
