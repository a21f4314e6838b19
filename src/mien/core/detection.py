"""What a detector is asked for and what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from mien.core.geometry import Box
from mien.core.image import Image
from mien.core.landmarks import Landmarks

SAME_FACE_OVERLAP: Final = 0.3
SAME_FACE_COVER: Final = 0.6
"""Two boxes are one face when their IoU, or the covered share of the smaller, exceeds these."""

DEFAULT_MIN_FACE_PX: Final = 40.0
_SMALLEST_SHARE: Final = 50


@dataclass(frozen=True, slots=True)
class Detection:
    """A face's box in image pixels and the detector's score (higher is surer; no unit).

    landmarks: for the detectors that mark them.
    """

    box: Box
    score: float
    landmarks: Landmarks | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """How far a detector has to look.

    min_face_px: the smallest face that must be found, in pixels of the image.
    largest_only: stop as soon as no larger face can be left: smaller ones need finer scales,
        which cost most. Faces about as large as the largest are still found.
    """

    min_face_px: float = DEFAULT_MIN_FACE_PX
    largest_only: bool = False

    @classmethod
    def everyone_in(cls, image: Image) -> Self:
        """Look for every face of 40 pixels, or of a fiftieth of a very large image's side.

        The search costs the square of image size over face size; this bounds it.
        """
        return cls(max(DEFAULT_MIN_FACE_PX, max(image.width, image.height) / _SMALLEST_SHARE))

    def is_satisfied(self, found: Sequence[Detection], *, largest_left_px: float) -> bool:
        """Tell whether the faces still unfound, at most *largest_left_px* wide, matter."""
        if not self.largest_only or not found:
            return False
        return largest_left_px < max(face.box.width for face in found)


def suppress_overlaps(detections: Iterable[Detection]) -> tuple[Detection, ...]:
    """Keep the best-scored of each group of overlapping detections (greedy NMS)."""
    kept: list[Detection] = []
    for candidate in sorted(detections, key=lambda face: face.score, reverse=True):
        if not any(_is_same_face(candidate.box, other.box) for other in kept):
            kept.append(candidate)
    return tuple(kept)


def _is_same_face(box: Box, other: Box) -> bool:
    if box.intersection_over_union(other) > SAME_FACE_OVERLAP:
        return True
    shared = box.intersection(other).area
    return shared > SAME_FACE_COVER * min(box.area, other.area)
