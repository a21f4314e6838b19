"""A decoded image, and what is refused before one is decoded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""Uint8 [height, width, 3] in RGB order."""


@dataclass(frozen=True, slots=True)
class Image:
    """Upright pixels, uint8 [height, width, 3], RGB, contiguous and never written to."""

    pixels: Pixels

    def __post_init__(self) -> None:
        """Refuse any array that is not an RGB image."""
        if self.pixels.dtype != np.uint8 or self.pixels.ndim != 3 or self.pixels.shape[2] != 3:
            raise ValueError(
                "an image is a uint8 array of shape [height, width, 3] in RGB order, got "
                f"{self.pixels.dtype} {self.pixels.shape}"
            )

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.pixels.shape[0])


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """The largest image that is decoded."""

    max_bytes: int = 10_000_000
    max_pixels: int = 40_000_000
