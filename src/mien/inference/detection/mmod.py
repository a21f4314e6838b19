"""The MMOD face detector: a fixed 80-pixel window slid over an image pyramid, coarse to fine.

Its cost grows with the square of the scale, so the pyramid is climbed from the largest
possible face downwards and left as soon as the caller has what it asked for: a selfie never
pays for the scales on which a crowd would be found. The levels lie further apart than dlib's;
what a level sees only faintly is looked at again, closer, in a crop.

Source: D. King, Max-Margin Object Detection, 2015 (arXiv:1502.00046); the network is dlib's
``mmod_human_face_detector``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, final

import cv2
import numpy as np
import numpy.typing as npt

from mien.core.detection import Detection, Search, suppress_overlaps
from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.inference.runtime import Network

DETECTOR_NAME: Final = "MMOD, gamma 1/2, halvings then bilinear, levels 2^(3/8) apart, second look"
"""Part of the embedding contract: change it with anything below that moves a box."""

_Scores = npt.NDArray[np.float32]

_WINDOW_PX: Final = 80
"""The face size that the network knows, at its own scale."""

_STRIDE_PX: Final = 8
_FIRST_CENTER_PX: Final = 14
"""Center of the first score cell: three unpadded 5x5/2 convolutions."""

_LEVEL_STEP: Final = 2 ** (3 / 8)
"""Between neighboring levels: half a step off, a face still scores above the faint limit."""

_LEVEL_REACH: Final = 2 ** (1.5 / 8)
"""A level finds faces down to its own size divided by this."""

_FAINT: Final = -1.0
_CERTAIN: Final = 2.0
_CONFIRMED: Final = 0.4
_HOPELESS: Final = -2.0
"""Scores: a cell that is more than faint but not certain must be confirmed by a second look,
whose first view may settle it."""

_SECOND_LOOK_PX: Final = 128
_SECOND_LOOK_SCALES: Final = (0.92, 1.08)
_SECOND_LOOK_CELLS: Final = slice(4, 9)
"""The middle of a crop's 13 x 13 cells: where the face must be."""

_TILE_ROWS: Final = 768
_TILE_COLUMNS: Final = 3072
_TILE_MARGIN: Final = 104
"""A tile's last cell sees 100 pixels past it; multiples of the stride keep cells aligned."""


@final
class MmodDetector:
    """Finds faces of any size from `Search.min_face_px` up."""

    def __init__(self, network: Network) -> None:
        """Take the network written by `dlib_networks.mmod_detector`."""
        self._network = network

    def detect(self, image: Image, search: Search) -> tuple[Detection, ...]:
        """Return the faces found, largest first."""
        found: tuple[Detection, ...] = ()
        pyramid = _Pyramid(image.pixels)
        for face_px in _level_sizes(image, search.min_face_px):
            if search.is_satisfied(found, largest_left_px=face_px * _LEVEL_REACH):
                break
            found = suppress_overlaps([*found, *self._detect_at(pyramid, face_px)])
        return tuple(sorted(found, key=lambda face: face.box.area, reverse=True))

    def _detect_at(self, pyramid: _Pyramid, face_px: float) -> Iterator[Detection]:
        """Yield the faces of one pyramid level."""
        pixels = pyramid.pixels
        level = pyramid.level(_WINDOW_PX / face_px)
        scores = self._scores(level)
        for row, column in _peaks(scores):
            center_x = _cell_center(column) * pixels.shape[1] / level.shape[1]
            center_y = _cell_center(row) * pixels.shape[0] / level.shape[0]
            seen = Detection(Box.around(center_x, center_y, face_px), float(scores[row, column]))
            if seen.score >= _CERTAIN:
                yield seen
            elif (face := self._look_again(pixels, seen)).score >= _CONFIRMED:
                yield face

    def _look_again(self, pixels: Pixels, seen: Detection) -> Detection:
        """Return the best of three closer views of a detection that is not certain.

        Most doubts are settled by the first: what is no face rarely looks like one in a mirror.
        """
        best = Detection(seen.box, self._score_view(pixels, seen.box))
        if best.score < _HOPELESS:
            return best
        for scale in _SECOND_LOOK_SCALES:
            box = Box.around(*seen.box.center, seen.box.width * scale)
            view = Detection(box, self._score_view(pixels, box))
            best = max(best, view, key=lambda detection: detection.score)
        return best

    def _score_view(self, pixels: Pixels, box: Box) -> float:
        """Return the mean score of a face in the middle of a view and of its mirror image."""
        view = _crop(pixels, *box.center, _WINDOW_PX / box.width)
        scores = self._network.run(np.stack([view, view[:, ::-1]]))
        middle = scores[:, 0, _SECOND_LOOK_CELLS, _SECOND_LOOK_CELLS]
        return float(middle.max(axis=(1, 2)).mean())

    def _scores(self, level: Pixels) -> _Scores:
        """Return the score grid of one level, computed in tiles so that memory stays flat."""
        height, width = level.shape[:2]
        return np.block(
            [
                [self._score_tile(level, rows, columns) for columns in _cut(width, _TILE_COLUMNS)]
                for rows in _cut(height, _TILE_ROWS)
            ]
        )

    def _score_tile(self, level: Pixels, rows: slice, columns: slice) -> _Scores:
        """Return the cells of a part of the level, which it sees with a margin around it."""
        seen_rows, inner_rows = _with_margin(rows)
        seen_columns, inner_columns = _with_margin(columns)
        scores: _Scores = self._network.run(level[None, seen_rows, seen_columns])[0, 0]
        return scores[inner_rows, inner_columns]


@final
class _Pyramid:
    """An image at any scale: halved by area as often as possible, then bilinear.

    A tenth of the time of averaging over areas all the way, and no pixel is skipped either.
    """

    def __init__(self, pixels: Pixels) -> None:
        """Start with the image itself."""
        self._halved = [pixels]

    @property
    def pixels(self) -> Pixels:
        """The image itself."""
        return self._halved[0]

    def level(self, scale: float) -> Pixels:
        """Return the image scaled by *scale*, at least one pixel wide and high."""
        height, width = self.pixels.shape[:2]
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        octave = max(0, math.floor(-math.log2(scale)))
        while len(self._halved) <= octave:
            last = self._halved[-1]
            half = (max(1, last.shape[1] // 2), max(1, last.shape[0] // 2))
            self._halved.append(_resize(last, half, cv2.INTER_AREA))
        return _resize(self._halved[octave], size, cv2.INTER_LINEAR)


def _resize(pixels: Pixels, size: tuple[int, int], interpolation: int) -> Pixels:
    return np.asarray(cv2.resize(pixels, size, interpolation=interpolation), dtype=np.uint8)


def _cut(size: int, step: int) -> Iterator[slice]:
    """Cut a side into steps; a rest that the margin reaches anyway stays with the last one."""
    starts = range(0, max(1, size - _TILE_MARGIN), step)
    return (slice(start, end) for start, end in pairwise([*starts, size]))


def _with_margin(part: slice) -> tuple[slice, slice]:
    """Return the pixels to look at for a part of a level, and its cells among theirs."""
    first = max(0, part.start - _TILE_MARGIN)
    cells = slice((part.start - first) // _STRIDE_PX, (part.stop - first) // _STRIDE_PX)
    return slice(first, part.stop + _TILE_MARGIN), cells


def _level_sizes(image: Image, min_face_px: float) -> Iterator[float]:
    """Yield the face sizes of the pyramid's levels in pixels, largest first."""
    face_px = float(min(image.width, image.height))
    while face_px * _LEVEL_REACH > min_face_px:
        yield face_px
        face_px /= _LEVEL_STEP


def _cell_center(cell: int) -> int:
    return cell * _STRIDE_PX + _FIRST_CENTER_PX


def _peaks(scores: _Scores) -> Sequence[tuple[int, int]]:
    """Return (row, column) of the local maxima that are at least faint."""
    highest_near = cv2.dilate(scores, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero((scores > _FAINT) & (scores == highest_near))
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def _crop(pixels: Pixels, center_x: float, center_y: float, scale: float) -> Pixels:
    """Return a square view around a center, black where it leaves the image."""
    middle = _SECOND_LOOK_PX / 2
    matrix = np.array(
        [[scale, 0, middle - scale * center_x], [0, scale, middle - scale * center_y]]
    )
    crop = cv2.warpAffine(pixels, matrix, (_SECOND_LOOK_PX, _SECOND_LOOK_PX))
    return np.asarray(crop, dtype=np.uint8)
