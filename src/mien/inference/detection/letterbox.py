"""An image scaled to what a detector can see, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from mien.core.geometry import Points
from mien.core.image import Pixels
from mien.inference.scaling import scale_down

_MULTIPLE_PX = 32
"""The coarsest stride of the detectors: their input is a multiple of it."""


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Pixels, uint8 [h, w, 3] RGB, black beside the image; scale: image pixels for each of them."""

    pixels: Pixels
    scale: tuple[float, float]

    @classmethod
    def of(cls, pixels: Pixels, longest_px: float, *, square: bool = False) -> Self:
        """Scale an image so that its longer side is *longest_px*, never larger than it is."""
        height, width = pixels.shape[:2]
        factor = min(1.0, longest_px / max(height, width))
        size = (max(1, round(width * factor)), max(1, round(height * factor)))
        small, scale = scale_down(pixels, size)
        rows, columns = _round_up(size[1]), _round_up(size[0])
        if square:
            rows = columns = max(rows, columns, _round_up(round(longest_px)))
        canvas = np.zeros((rows, columns, 3), np.uint8)
        canvas[: size[1], : size[0]] = small
        return cls(canvas, scale)

    def to_image(self, points: npt.NDArray[np.float32]) -> Points:
        """Return (x, y) in the last axis as pixels of the image, in its own pixel centers."""
        scale = np.array(self.scale, np.float32)
        return np.asarray((points + 0.5) * scale - 0.5, dtype=np.float32)


def _round_up(size: int) -> int:
    return -(-size // _MULTIPLE_PX) * _MULTIPLE_PX
