"""What the networks that read expressions are shown of a face: each its own chip."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from mien.core.face import Face
from mien.core.geometry import Points
from mien.core.image import Image, Pixels
from mien.inference.alignment import ChipFrame, extract_chip, eye_corners_of, frame_of

_IN_FERPLUS: Final[Points] = np.array(
    [(14.67, 18.22), (32.38, 18.05), (23.68, 27.94), (16.66, 36.47), (30.80, 36.35)], np.float32
)
"""Medians over YuNet's landmarks in 3,792 of 4,000 photos: tools/measure_ferplus_frame.py."""

_FERPLUS_PX: Final = 48
_ZOO_PX: Final = 64
_BOX_PX: Final = 224


def _enlarged(places: Points, side_px: int) -> Points:
    """Return where places lie when the photos of FER+ are enlarged."""
    scale = side_px / _FERPLUS_PX
    return ((places + 0.5) * scale - 0.5).astype(np.float32)


def _ferplus_frame(side_px: int) -> ChipFrame:
    places = _enlarged(_IN_FERPLUS, side_px)
    return frame_of(f"FER+ {side_px} px", side_px, places, eye_corners_of(places))


FERPLUS_FRAME: Final = _ferplus_frame(_FERPLUS_PX)
"""Eyes 18 pixels apart, brow to chin: a face as it lies in FER2013's photos, upright."""

FERPLUS_ENLARGED_FRAME: Final = _ferplus_frame(_ZOO_PX)
"""The same photos as the authors of FER+ enlarged them for their own networks."""


def ferplus_chip(image: Image, face: Face) -> Pixels:
    """Return the face as it would lie in FER+, uint8 [48, 48, 3] RGB."""
    return extract_chip(image, face.landmarks, FERPLUS_FRAME)


def enlarged_ferplus_chip(image: Image, face: Face) -> Pixels:
    """Return the same, uint8 [64, 64, 3] RGB."""
    return extract_chip(image, face.landmarks, FERPLUS_ENLARGED_FRAME)


def box_chip(image: Image, face: Face) -> Pixels:
    """Return the detector's box where the image has it, drawn to a square, uint8 [224, 224, 3].

    At least a pixel of it, where the box lies beyond the image.
    Source: av-savchenko/face-emotion-recognition, which cuts and resizes without a turn.
    """
    left, right = _inside(face.box.left, face.box.right, image.width)
    top, bottom = _inside(face.box.top, face.box.bottom, image.height)
    part = image.pixels[top:bottom, left:right]
    how = cv2.INTER_AREA if min(part.shape[:2]) > _BOX_PX else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, (_BOX_PX, _BOX_PX), interpolation=how), dtype=np.uint8)


def _inside(first: float, last: float, limit: int) -> tuple[int, int]:
    start = min(max(0, round(first)), limit - 1)
    return start, max(start + 1, min(limit, round(last)))
