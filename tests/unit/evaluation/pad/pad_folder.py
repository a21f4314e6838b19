"""A made-up collection: two public-domain faces, and the same as a bad screen has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import PIL.Image

from mien.core.detection import Detection, Search
from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from tests.support import altered, read_astronaut, read_grace_hopper

PER_SOURCE = 8
FACES = {
    "astronaut": (read_astronaut, Box(174.0, 59.0, 273.0, 190.0)),
    "grace_hopper": (read_grace_hopper, Box(165.0, 106.0, 346.0, 350.0)),
}


def write_collection(folder: Path) -> Path:
    """Write bona_fide/SOURCE/ and screen/SOURCE/, tight crops, and return the folder."""
    for source, (read, box) in FACES.items():
        face = _cut(read(), box)
        for number in range(PER_SOURCE):
            seed = 100 * len(source) + number
            _save(folder / "bona_fide" / source / f"{number}.png", altered(face, seed))
            _save(folder / "screen" / source / f"{number}.png", recaptured(altered(face, seed)))
    return folder


def recaptured(face: Pixels) -> Pixels:
    """Return a face behind a second lens, bluish, with the screen's grid."""
    blurred = cv2.GaussianBlur(face, (0, 0), 2.0).astype(np.float32) * (0.7, 0.8, 1.1)
    rows, columns = np.indices(face.shape[:2])
    grid = 9 * np.sin(2 * np.pi * (0.23 * columns + 0.17 * rows))
    return np.asarray((blurred + grid[..., None]).clip(0, 255), np.uint8)


def _cut(photo: Pixels, box: Box) -> Pixels:
    left, top, right, bottom = (round(edge) for edge in (box.left, box.top, box.right, box.bottom))
    return np.ascontiguousarray(photo[top:bottom, left:right])


def _save(path: Path, pixels: Pixels) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    PIL.Image.fromarray(pixels).save(path)


class Finder:
    """Finds what it is told to in every image."""

    def __init__(self, find: Callable[[Image], Sequence[Box]]) -> None:
        self._find = find

    def detect(self, image: Image, search: Search) -> Sequence[Detection]:
        assert search.min_face_px > 0
        return [Detection(box, 0.9, None) for box in self._find(image)]


def middle_of_padded(image: Image) -> Sequence[Box]:
    """Return the image without the border that tight crops are found with."""
    margin = image.height / 4
    return [Box(margin, margin, image.width - margin, image.height - margin)]
