"""What the fake camera shows: Motion JPEG, which Chromium plays at 30 frames a second, in a loop.

No two frames are the same to the pixel, as those of a camera are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from tests.support import read_astronaut
from web.e2e.videos import TURNING, frontal_photos, turning

Frame = npt.NDArray[np.uint8]

FPS: Final = 30
_WIDTH, _HEIGHT = 640, 480
_SECONDS: Final = 4
_NOISE: Final = 2.0
_MARGIN: Final = 64
_QUALITY: Final = 85

_FACE: Final = (224.0, 126.0)
"""The middle of the astronaut's, in her portrait."""


def write_clips(folder: Path) -> None:
    """Write every clip that can be made here."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "face.mjpeg", _grainy(_someone_sitting_still()))
    _write(folder / "wall.mjpeg", _grainy(_nobody()))
    if TURNING.is_file():
        _write(folder / "turning.mjpeg", _grainy(turning(FPS)))


def write_photos_of_turning(folder: Path) -> None:
    """Write photos of whoever turns their head, to be enrolled; nothing without that clip."""
    if TURNING.is_file():
        for number, photo in enumerate(frontal_photos()):
            (folder / f"turning-{number}.jpg").write_bytes(photo)


def _write(path: Path, frames: Iterable[Frame]) -> None:
    with path.open("wb") as file:
        for frame in frames:
            _, jpeg = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
            file.write(jpeg.tobytes())


def _someone_sitting_still() -> Iterator[Frame]:
    """Yield the astronaut before the camera, who breathes."""
    portrait = cv2.cvtColor(read_astronaut(), cv2.COLOR_RGB2BGR)
    x, y = _FACE
    for breath in np.linspace(0, 2 * np.pi, FPS * _SECONDS, endpoint=False):
        sway = cv2.getRotationMatrix2D((x, y), 1.2 * np.sin(breath), 1.45)
        sway[:, 2] += (_WIDTH / 2 - x + 5 * np.sin(breath), 200 - y + 3 * np.cos(2 * breath))
        placed = cv2.warpAffine(portrait, sway, (_WIDTH, _HEIGHT), borderMode=cv2.BORDER_REPLICATE)
        yield np.asarray(placed, np.uint8)


def _nobody() -> Iterator[Frame]:
    """Yield an empty room."""
    wall = np.full((_HEIGHT, _WIDTH, 3), 128, np.uint8)
    for _ in range(FPS):
        yield wall


def _grainy(frames: Iterable[Frame]) -> Iterator[Frame]:
    """Add a camera's noise: drawn once, and every frame shows another part of it."""
    rng = np.random.default_rng(6)
    shape = (_HEIGHT + _MARGIN, _WIDTH + _MARGIN, 3)
    grain = rng.normal(0, _NOISE, shape).round().astype(np.int16)
    for frame in frames:
        left, top = rng.integers(0, _MARGIN, 2)
        part = grain[top : top + _HEIGHT, left : left + _WIDTH]
        yield np.asarray(cv2.add(frame, part, dtype=cv2.CV_8U), np.uint8)
