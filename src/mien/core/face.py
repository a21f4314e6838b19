"""A face as the pipeline hands it to the use cases, and the choice among several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mien.core.detection import Detection
from mien.core.geometry import Box
from mien.core.image import Pixels
from mien.core.landmarks import Landmarks
from mien.core.quality import ADVICE, Quality, QualityLimits
from mien.errors import LowQualityError, MultipleFacesError, NoFaceError

DOMINANCE: Final = 1.22
"""The largest face must be this many times wider (1.5 times larger) than the next."""


@dataclass(frozen=True, slots=True)
class Face:
    """A located face: box and landmarks in image pixels, the detector's score, the quality.

    chips: the face turned upright and scaled, uint8 RGB, as each embedder of the pipeline wants
    it; the quality was measured on the first.
    """

    box: Box
    score: float
    landmarks: Landmarks
    quality: Quality
    chips: tuple[Pixels, ...]

    def require_quality(self, limits: QualityLimits) -> None:
        """Raise `LowQualityError` with every reason and what to do about it."""
        if reasons := self.quality.reasons(limits):
            advice = ", ".join(ADVICE[reason] for reason in reasons)
            raise LowQualityError(f"the face cannot be judged reliably: {advice}", reasons)


def dominant(detections: Sequence[Detection], ratio: float = DOMINANCE) -> Detection:
    """Return the largest detection, if it is *ratio* times wider than every other.

    Raises NoFaceError or MultipleFacesError: an ambiguous image is never guessed at.
    """
    if not detections:
        raise NoFaceError("no face was found: face the camera, closer and in even light")
    largest, *others = sorted(detections, key=lambda face: face.box.width, reverse=True)
    if others and largest.box.width < ratio * others[0].box.width:
        raise MultipleFacesError(
            "several faces of similar size were found: one person at a time, or step closer"
        )
    return largest
