"""Five landmarks by an ensemble of regression trees, dlib's ``shape_predictor_5``.

Each cascade samples pixels around the current shape, lets its trees compare pairs of them and
adds the leaves they reach to the shape. Numpy evaluates all trees of a cascade at once:

- where the samples lie is linear in the shape, so one matrix product places them;
- all splits of a tree are compared, packed into one 16-bit word, and a table says which leaf
  that word leads to, so no tree is ever walked.

Source: V. Kazemi and J. Sullivan, One millisecond face alignment with an ensemble of
regression trees, CVPR 2014.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

import cv2
import numpy as np
import numpy.typing as npt

from mien.core.detection import Detection
from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.errors import WeightsCorruptError

LANDMARKER_NAME: Final = "regression trees"
"""Part of the embedding contract: change it with anything below that moves a point."""

_Floats = npt.NDArray[np.float32]
_Indices = npt.NDArray[np.intp]

_SPLITS: Final = 15
"""Splits of a tree of depth four, the only depth that fits the 16-bit table."""

_MARGIN: Final = 0.5
"""How far beyond the box samples may lie, in box widths; past that they read black."""

_AVERAGE: Final = np.array([[1 / 3, 1 / 3, 1 / 3, -1 / 3]])
"""RGB to gray as dlib has it: the last third turns OpenCV's rounding into rounding down."""


@dataclass(frozen=True, slots=True)
class _Cascade:
    """Placement [2 L, 2 P]; left, right and thresholds [T * 16]; leaves [T * 16, 2 L]."""

    placement: _Floats
    left: _Indices
    right: _Indices
    thresholds: _Floats
    leaves: _Floats


@final
class RegressionTreeLandmarker:
    """Finds the corners of both eyes and the base of the nose."""

    def __init__(self, parameters: Mapping[str, npt.NDArray[np.generic]]) -> None:
        """Take the arrays that `dlib_landmarks.five_landmarks` read."""
        cascades, trees, splits = parameters["left"].shape
        if splits != _SPLITS:
            raise WeightsCorruptError(f"expected trees of {_SPLITS} splits, found {splits}")
        initial = parameters["initial_shape"].astype(np.float32)
        self._initial: Final = initial.reshape(-1)
        self._first_leaf: Final = np.arange(trees) * (_SPLITS + 1)
        self._leaf_of_word: Final = _leaf_table()
        self._cascades: Final = [
            _Cascade(
                placement=_placement(
                    initial, parameters["anchors"][index], parameters["deltas"][index]
                ),
                left=_pad_to_word(parameters["left"][index]).astype(np.intp),
                right=_pad_to_word(parameters["right"][index]).astype(np.intp),
                thresholds=_pad_to_word(parameters["thresholds"][index]).astype(np.float32),
                leaves=parameters["leaves"][index]
                .astype(np.float32)
                .reshape(trees * (_SPLITS + 1), -1),
            )
            for index in range(cascades)
        ]

    def locate(self, image: Image, seen: Detection) -> Landmarks:
        """Return the landmarks of the face in a detection's box, which is all that it looks at."""
        box = seen.box
        gray, corner = _gray_around(image.pixels, box)
        # dlib's rectangles name their last pixel, ours the edge behind it.
        extent = np.array([box.width - 1, box.height - 1], dtype=np.float32)
        origin = np.array([box.left, box.top], dtype=np.float32)
        shape = self._initial
        for cascade in self._cascades:
            places = (shape @ cascade.placement).reshape(-1, 2) * extent + (origin - corner)
            samples = _sample(gray, places)
            # mode="clip" only because it is numpy's fast path: every index is in range.
            left = samples.take(cascade.left, mode="clip")
            goes_left = left - samples.take(cascade.right, mode="clip") > cascade.thresholds
            words = np.packbits(goes_left).view(np.uint16)
            reached = self._first_leaf + self._leaf_of_word.take(words)
            leaves = cascade.leaves.take(reached, axis=0)
            # dlib's order of addition: which pixel is nearest can hang on the last bit.
            leaves[0] += shape
            shape = leaves.sum(axis=0)
        points = (origin + shape.reshape(-1, 2) * extent).astype(np.float32)
        return Landmarks(points, LandmarkScheme.EYE_CORNERS_NOSE_BASE)


def _placement(
    initial: _Floats, anchors: npt.NDArray[np.generic], deltas: npt.NDArray[np.generic]
) -> _Floats:
    """Return the matrix [2 L, 2 P] that takes a shape to its samples' places.

    A sample lies at its landmark plus its delta, turned and scaled as the shape is against the
    mean shape; the least-squares turn ``[[c, -s], [s, c]]`` is itself linear in the shape.
    """
    centered = (initial - initial.mean(axis=0)).astype(np.float64)
    centered /= (centered**2).sum()
    # Linear forms over (x0, y0, x1, y1, ...); the mean shape is centered, so the shape need not be.
    cosine = centered.reshape(-1)
    sine = np.column_stack([-centered[:, 1], centered[:, 0]]).reshape(-1)
    dx, dy = deltas.astype(np.float64).T
    rows = np.stack(
        [np.outer(dx, cosine) - np.outer(dy, sine), np.outer(dx, sine) + np.outer(dy, cosine)],
        axis=1,
    )
    samples, landmarks = np.arange(len(dx)), anchors.astype(np.intp)
    rows[samples, 0, 2 * landmarks] += 1
    rows[samples, 1, 2 * landmarks + 1] += 1
    return np.asarray(rows.reshape(2 * len(dx), -1).T, dtype=np.float32)


def _leaf_table() -> npt.NDArray[np.uint8]:
    """Return, for each 16-bit word of comparisons, the leaf (0 to 15) that they lead to."""
    comparisons = np.unpackbits(np.arange(2**16, dtype=np.uint16).view(np.uint8)).reshape(-1, 16)
    node = np.zeros(2**16, dtype=np.intp)
    every = np.arange(2**16)
    while node[0] < _SPLITS:
        node = 2 * node + 2 - comparisons[every, node]
    return (node - _SPLITS).astype(np.uint8)


def _pad_to_word(per_split: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """Add an unused sixteenth split to each tree and flatten."""
    return np.pad(per_split, ((0, 0), (0, 1))).reshape(-1)


def _gray_around(pixels: Pixels, box: Box) -> tuple[npt.NDArray[np.uint8], _Floats]:
    """Return the gray surroundings of *box*, black outside the image, and their corner (x, y)."""
    height, width = pixels.shape[:2]
    margin = round(_MARGIN * box.width)
    left, top = int(np.floor(box.left)) - margin, int(np.floor(box.top)) - margin
    right, bottom = int(np.ceil(box.right)) + margin, int(np.ceil(box.bottom)) + margin
    inside = pixels[max(0, top) : min(height, bottom), max(0, left) : min(width, right)]
    gray = cv2.copyMakeBorder(
        cv2.transform(inside, _AVERAGE),
        max(0, -top),
        max(0, bottom - height),
        max(0, -left),
        max(0, right - width),
        cv2.BORDER_CONSTANT,
    )
    return np.asarray(gray, dtype=np.uint8), np.array([left, top], dtype=np.float32)


def _sample(gray: npt.NDArray[np.uint8], places: _Floats) -> _Floats:
    """Return the gray values nearest to *places*, [P]; beyond the margin, those at its edge."""
    rows, columns = gray.shape
    nearest = (places + np.float32(0.5)).astype(np.intp)
    x = np.clip(nearest[:, 0], 0, columns - 1)
    y = np.clip(nearest[:, 1], 0, rows - 1)
    return np.asarray(gray.reshape(-1).take(y * columns + x), dtype=np.float32)
