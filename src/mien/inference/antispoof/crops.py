"""What the networks against presentation attacks are shown of a face: each its own crop."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from mien.core.geometry import Box
from mien.core.image import Image, Pixels

_LEAST_PX: Final = 2.0
"""A box of fewer pixels shows nothing."""


def is_judgeable(image: Image, box: Box) -> bool:
    """Tell whether some of the box is inside the image; False for one that is not a number."""
    return min(box.width, box.height) >= _LEAST_PX and box.share_inside(*_size(image)) > 0


def square_crop(image: Image, box: Box, scale: float, side_px: int) -> Pixels:
    """Return the square of *scale* times the box's longer side, uint8 [side_px, side_px, 3].

    Around the box's center; what lies beyond the image is its mirror image.
    """
    wide, high = _size(image)
    center_x, center_y = box.center
    length = max(1, round(max(box.width, box.height) * scale))
    left, top = round(center_x - length / 2), round(center_y - length / 2)
    # A square wholly beyond the image would have nothing to mirror: one pixel of it stays inside.
    left = min(max(left, 1 - length), wide - 1)
    top = min(max(top, 1 - length), high - 1)
    inside = image.pixels[max(0, top) : top + length, max(0, left) : left + length]
    square = cv2.copyMakeBorder(
        inside,
        max(0, -top),
        max(0, top + length - high),
        max(0, -left),
        max(0, left + length - wide),
        cv2.BORDER_REFLECT_101,
    )
    return _resize(np.asarray(square, dtype=np.uint8), side_px)


def largest_scale_inside(image: Image, box: Box, wanted: float) -> float:
    """Return the largest scale up to *wanted* whose square stays inside the image, at least 1.

    A camera sees no mirrored halves of faces. On tight crops the network alone is as good either
    way; with the cues beside it, fewer attacks pass so (docs/liveness.md).
    """
    wide, high = _size(image)
    center_x, center_y = box.center
    room = 2 * min(center_x, center_y, wide - center_x, high - center_y)
    return min(wanted, max(1.0, room / max(box.width, box.height)))


def shifted_crop(image: Image, box: Box, scale: float, side_px: int) -> Pixels:
    """Return *scale* times the box, moved until it is inside the image, uint8 RGB.

    Made smaller where the image is too small for it, and stretched to a square.
    Source: minivision-ai/Silent-Face-Anti-Spoofing, generate_patches.py.
    """
    wide, high = _size(image)
    scale = min((high - 1) / box.height, (wide - 1) / box.width, scale)
    left, right = _shift(box.center[0], box.width * scale, wide)
    top, bottom = _shift(box.center[1], box.height * scale, high)
    patch = image.pixels[top : bottom + 1, left : right + 1]
    return np.asarray(cv2.resize(patch, (side_px, side_px)), dtype=np.uint8)


def inner_square(image: Image, box: Box) -> Pixels:
    """Return the square of the box's shorter side around its center, where the image has it.

    Hardly anything in it is background. At its own size, uint8 [h, w, 3] RGB.
    """
    wide, high = _size(image)
    square = Box.around(*box.center, min(box.width, box.height))
    left, right = (round(min(max(x, 0.0), wide)) for x in (square.left, square.right))
    top, bottom = (round(min(max(y, 0.0), high)) for y in (square.top, square.bottom))
    return image.pixels[top:bottom, left:right]


def _shift(center: float, length: float, limit: int) -> tuple[int, int]:
    """Return first and last pixel of a stretch that is moved until it lies within the limit."""
    first, last = center - length / 2, center + length / 2
    if first < 0:
        first, last = 0.0, last - first
    if last > limit - 1:
        first, last = first - (last - limit + 1), limit - 1.0
    return max(0, int(first)), int(last)


def _resize(square: Pixels, side_px: int) -> Pixels:
    shrinks = square.shape[0] > side_px
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(square, (side_px, side_px), interpolation=how), dtype=np.uint8)


def _size(image: Image) -> tuple[int, int]:
    return image.width, image.height
