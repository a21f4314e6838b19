"""A mesh of 468 points on a face, and what its eyes, mouth and nose do.

The points are those of MediaPipe's face mesh (Y. Kartynnik et al., Real-time facial surface
geometry from monocular video on mobile GPUs, 2019). Every measure is a ratio of distances on the
face itself, in space: it does not depend on how far the face is, nor much on how it is turned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.geometry import Box, Points

MeshPoints = npt.NDArray[np.float32]
"""Float32 [468, 3] of (x, y, z): x and y in pixels of the image, z in the same unit, away from
the camera."""

POINT_COUNT: Final = 468

_EYES: Final = ((33, 160, 158, 133, 153, 144), (362, 385, 387, 263, 373, 380))
"""Corner, two points of the upper lid, corner, two of the lower: the eyes in image order."""

_OUTER_CORNERS: Final = (33, 263)
_SHOWN: Final = [33, 133, 362, 263, 1, 61, 291]
_NOSE_ROOT: Final = 168
_NOSE_BASE: Final = 2
_LIPS: Final = (13, 14)
_MOUTH_CORNERS: Final = (61, 291)
_CHIN: Final = 152
_FOREHEAD: Final = 10

_FLAT: Final = [33, 133, 362, 263, 61, 291, 70, 300, 17, 168]
"""Eyes, brows and mouth: nearly in one plane."""

_NOSE: Final = [1, 4, 195, 5]
"""What stands out of it."""


@dataclass(frozen=True, slots=True)
class FaceMesh:
    """Where the points are, and how sure the network is that there is a face, 0 to 1."""

    points: MeshPoints
    presence: float

    @property
    def box(self) -> Box:
        """The smallest box around the points."""
        (left, top), (right, bottom) = (
            self.points[:, :2].min(axis=0),
            self.points[:, :2].max(axis=0),
        )
        return Box(float(left), float(top), float(right), float(bottom))

    @property
    def shown_points(self) -> Points:
        """What a person may be shown of it, [7, 2], left to right in the image.

        Four corners of the eyes, the tip of the nose, two corners of the mouth.
        """
        return self.points[_SHOWN, :2]

    @property
    def eye_corners(self) -> tuple[Points, Points]:
        """Outer corners of the eyes in image order, [2] each."""
        left, right = (self.points[corner, :2] for corner in _OUTER_CORNERS)
        return left, right

    @property
    def eye_openness(self) -> float:
        """Eye aspect ratio, mean of both: about 0.3 open, 0.15 closed; it differs by person.

        Source: T. Soukupova, J. Cech, Real-time eye blink detection using facial landmarks, 2016.
        """
        return float(np.mean([self._aspect(eye) for eye in _EYES]))

    @property
    def mouth_opening(self) -> float:
        """Gap between the lips in lengths of the nose: 0 closed, 0.2 speaking, 0.5 wide open."""
        return self._distance(*_LIPS) / self._nose_length

    @property
    def mouth_width(self) -> float:
        """Width of the mouth over the distance of the eyes' outer corners: a smile widens it."""
        return self._distance(*_MOUTH_CORNERS) / self._distance(*_OUTER_CORNERS)

    def relief_against(self, level: FaceMesh) -> Points:
        """Return how far the nose moved otherwise than the plane of the face, in face heights, [2].

        level: the same face, looking into the camera. However a flat photo is moved or tilted,
        its nose moves with its plane; on a head that turns by 25 degrees it is a tenth.
        """
        if not (np.isfinite(self.points).all() and np.isfinite(level.points).all()):
            return np.full(2, np.nan, dtype=np.float32)
        before = np.column_stack([level.points[_FLAT, :2], np.ones(len(_FLAT))])
        plane, *_ = np.linalg.lstsq(before, self.points[_FLAT, :2], rcond=None)
        nose = np.column_stack([level.points[_NOSE, :2], np.ones(len(_NOSE))])
        aside = (self.points[_NOSE, :2] - nose @ plane).mean(axis=0)
        return np.asarray(aside / self._distance(_FOREHEAD, _CHIN), dtype=np.float32)

    @property
    def _nose_length(self) -> float:
        return self._distance(_NOSE_ROOT, _NOSE_BASE)

    def _aspect(self, eye: tuple[int, ...]) -> float:
        corner, upper_1, upper_2, other, lower_2, lower_1 = eye
        height = self._distance(upper_1, lower_1) + self._distance(upper_2, lower_2)
        return height / (2 * self._distance(corner, other))

    def _distance(self, first: int, second: int) -> float:
        length = float(np.linalg.norm(self.points[first] - self.points[second]))
        return max(length, float(np.finfo(np.float32).tiny))
