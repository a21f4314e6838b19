"""Facial landmarks: which points they are, and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from mien.core.geometry import Points


class LandmarkScheme(StrEnum):
    """Which points a model marks, in which order; left and right are the image's."""

    EYE_CORNERS_NOSE_BASE = "eye corners, nose base"
    """Five: outer and inner corner of the right eye, of the left eye, base of the nose."""

    EYES_NOSE_MOUTH_CORNERS = "eyes, nose tip, mouth corners"
    """Five: left eye, right eye, tip of the nose, left and right corner of the mouth."""

    EYES_NOSE_MOUTH = "eyes, nose tip, mouth"
    """Four: left eye, right eye, tip of the nose, middle of the mouth."""


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Points of one face, float32 [n, 2] in image pixels, x before y."""

    points: Points
    scheme: LandmarkScheme

    @property
    def left_eye(self) -> Points:
        """Middle of the eye on the left side of the image, [2]."""
        if self.scheme is LandmarkScheme.EYE_CORNERS_NOSE_BASE:
            return self._mean(2, 3)
        return self._mean(0)

    @property
    def right_eye(self) -> Points:
        """Middle of the eye on the right side of the image, [2]."""
        if self.scheme is LandmarkScheme.EYE_CORNERS_NOSE_BASE:
            return self._mean(0, 1)
        return self._mean(1)

    @property
    def nose(self) -> Points:
        """Base or tip of the nose, [2]."""
        return self._mean(4 if self.scheme is LandmarkScheme.EYE_CORNERS_NOSE_BASE else 2)

    def _mean(self, *numbers: int) -> Points:
        return np.asarray(self.points[list(numbers)].mean(axis=0), dtype=np.float32)
