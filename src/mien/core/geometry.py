"""Boxes, landmarks and similarity transforms.

One frame everywhere: x to the right, y down, in pixels of the oriented image, with (0, 0) at
the center of the top left pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float32]
"""Float32 [n, 2] of (x, y) in pixels."""

SimilarityMatrix = npt.NDArray[np.float64]
"""Float64 [2, 3]: rotation and uniform scale in the first two columns, translation in the third."""

_MIN_SPREAD: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned rectangle in image pixels; it may reach beyond the image."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, center_x: float, center_y: float, side: float) -> Self:
        """Return the square of *side* pixels around a center."""
        half = side / 2
        return cls(center_x - half, center_y - half, center_x + half, center_y + half)

    @property
    def center(self) -> tuple[float, float]:
        """Center as (x, y)."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def width(self) -> float:
        """Width in pixels, never negative."""
        return max(0.0, self.right - self.left)

    @property
    def height(self) -> float:
        """Height in pixels, never negative."""
        return max(0.0, self.bottom - self.top)

    @property
    def area(self) -> float:
        """Area in square pixels."""
        return self.width * self.height

    def intersection(self, other: Box) -> Box:
        """Return the overlap with *other* (of zero area when there is none)."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def intersection_over_union(self, other: Box) -> float:
        """Return the Jaccard overlap with *other*, 0 to 1."""
        shared = self.intersection(other).area
        union = self.area + other.area - shared
        return shared / union if union > 0 else 0.0

    def share_inside(self, width: int, height: int) -> float:
        """Return the share (0 to 1) of this box that lies inside a width x height image."""
        visible = self.intersection(Box(0.0, 0.0, float(width), float(height))).area
        return visible / self.area if self.area > 0 else 0.0


def similarity_transform(source: Points, target: Points) -> SimilarityMatrix:
    """Return the least-squares similarity that maps *source* onto *target*, both [n, 2].

    Rotation, uniform scale and translation, never a reflection. Source points that all
    coincide have no such transform: ValueError.
    Source: S. Umeyama, Least-squares estimation of transformation parameters, PAMI 1991.
    """
    source64, target64 = source.astype(np.float64), target.astype(np.float64)
    source_mean, target_mean = source64.mean(axis=0), target64.mean(axis=0)
    a, b = source64 - source_mean, target64 - target_mean
    spread = float((a * a).sum())
    if spread < _MIN_SPREAD:
        raise ValueError("a similarity transform needs source points that differ")
    # In the plane the optimum is closed-form: a rotation-scale [[c, -s], [s, c]].
    c = float((a * b).sum()) / spread
    s = float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()) / spread
    linear = np.array([[c, -s], [s, c]])
    return np.column_stack([linear, target_mean - linear @ source_mean])


def apply_transform(matrix: SimilarityMatrix, points: Points) -> Points:
    """Map points [n, 2] by a 2x3 matrix."""
    return (points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
