"""The photos that the benchmarks use: one public-domain face, near, far and on another day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np

from mien.core.image import Pixels

WIDTH: Final = 640
HEIGHT: Final = 480

_FACE_CENTER: Final = (225, 115)
"""Of the face in skimage's astronaut, 512 x 512, where it is about 90 pixels wide."""

_QUALITY: Final = 92


def near() -> bytes:
    """Return a JPEG, 640 x 480, whose face is about 200 pixels wide: a selfie, a door camera."""
    return _jpeg(_crop(280))


def far() -> bytes:
    """Return a JPEG, 640 x 480, whose face is as small as in the original, about 90 pixels."""
    photo = _astronaut()[:HEIGHT]
    side = (WIDTH - photo.shape[1]) // 2
    return _jpeg(_pixels(cv2.copyMakeBorder(photo, 0, 0, side, side, cv2.BORDER_REFLECT_101)))


def enrolled() -> bytes:
    """Return another JPEG of the same person: mirrored, leaning, darker, with some noise."""
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 5, 1)
    leaning = cv2.warpAffine(_crop(400)[:, ::-1], turn, (WIDTH, HEIGHT))
    noise = np.random.default_rng(1).normal(0, 4, leaning.shape)
    return _jpeg((0.8 * leaning + noise).clip(0, 255).astype(np.uint8))


def _astronaut() -> Pixels:
    from skimage import data  # slow to import

    load: Callable[[], object] = data.astronaut
    return _pixels(load())


def _crop(width: int) -> Pixels:
    """Return what is that many pixels wide around the face, scaled to 640 x 480."""
    height = width * HEIGHT // WIDTH
    left = max(0, _FACE_CENTER[0] - width // 2)
    top = max(0, _FACE_CENTER[1] - height // 2)
    part = _astronaut()[top : top + height, left : left + width]
    return _pixels(cv2.resize(part, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC))


def _pixels(image: object) -> Pixels:
    return np.asarray(image, dtype=np.uint8)


def _jpeg(pixels: Pixels) -> bytes:
    _, encoded = cv2.imencode(
        ".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
    )
    return encoded.tobytes()
