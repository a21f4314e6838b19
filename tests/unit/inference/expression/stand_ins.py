"""Faces, and networks that answer what they are told to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mien.core.face import Face
from mien.core.geometry import Box, Points
from mien.core.image import Image, Pixels
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.core.pose import Pose
from mien.core.quality import Quality
from mien.inference.alignment import ChipFrame
from mien.inference.runtime import Tensor

FIVE = LandmarkScheme.EYES_NOSE_MOUTH_CORNERS
QUALITY = Quality(100.0, 120.0, 40.0, 100.0, Pose(0.0, 0.0, 0.0), 1.0)


def face_at(points: Points, scheme: LandmarkScheme = FIVE, box: Box | None = None) -> Face:
    """Return a face with these landmarks, in a box around them."""
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return Face(
        box or Box(left - 10, top - 10, right + 10, bottom + 10),
        0.9,
        Landmarks(points, scheme),
        QUALITY,
        (),
    )


def face_in(frame: ChipFrame, shift: float = 0.0) -> Face:
    """Return a face that lies in an image as in a chip, moved to the right."""
    return face_at((frame.places[FIVE] + (shift, 0)).astype(np.float32))


def shades(*grays: int, side_px: int = 48) -> tuple[Image, list[Pixels]]:
    """Return squares of gray side by side in one image, and each of them."""
    parts = [np.full((side_px, side_px, 3), gray, np.uint8) for gray in grays]
    return Image(np.concatenate(parts, axis=1)), parts


class BrightnessNetwork:
    """Answers each chip's brightness as the output of one place, and 0 elsewhere."""

    def __init__(self, place: int, most: int | None = None) -> None:
        self.place = place
        self.most = most
        self.batches: list[int] = []

    def run(self, values: npt.NDArray[np.generic]) -> Tensor:
        assert values.dtype == np.uint8
        assert self.most is None or len(values) <= self.most
        self.batches.append(len(values))
        outputs = np.zeros((len(values), 8), np.float32)
        outputs[:, self.place] = values.astype(np.float32).mean(axis=(1, 2, 3)) / 255
        outputs[:, (self.place + 1) % 8] = 1 - outputs[:, self.place]
        return outputs

    def run_all(self, values: npt.NDArray[np.generic]) -> list[Tensor]:
        return [self.run(values)]
