"""Makes pictures smaller without skipping a pixel, and mirrors them, in the fastest way."""

from __future__ import annotations

import cv2
import numpy as np

from mien.core.image import Pixels


def scale_down(pixels: Pixels, size: tuple[int, int]) -> tuple[Pixels, tuple[float, float]]:
    """Return a picture scaled to *size*, (width, height), at most its own, and by how much.

    That is how many pixels wide and high each of the new ones was. By the largest whole factor it
    is averaged, which OpenCV does eight times as fast as by any other; the rest is bilinear. What
    the factor does not divide, less than a new pixel, is cut off to the right and below.
    """
    height, width = pixels.shape[:2]
    factor = max(1, min(width // size[0], height // size[1]))
    divided = divide(pixels, factor)
    scale = factor * divided.shape[1] / size[0], factor * divided.shape[0] / size[1]
    return _resize(divided, size, cv2.INTER_LINEAR), scale


def divide(pixels: Pixels, factor: int) -> Pixels:
    """Return a picture with *factor* x *factor* pixels averaged to one; what is over is cut off."""
    height, width = pixels.shape[0] // factor, pixels.shape[1] // factor
    whole = pixels[: height * factor, : width * factor]
    return _resize(whole, (width, height), cv2.INTER_AREA)


def mirror(pixels: Pixels) -> Pixels:
    """Return the mirror image; a view with a negative step is twenty times as slow to copy."""
    return np.asarray(cv2.flip(pixels, 1), dtype=np.uint8)


def _resize(pixels: Pixels, size: tuple[int, int], how: int) -> Pixels:
    if size == pixels.shape[1::-1]:
        return pixels
    return np.asarray(cv2.resize(pixels, size, interpolation=how), dtype=np.uint8)
