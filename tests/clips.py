"""Small videos, made of photos."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from mien.core.image import Pixels

PER_S: Final = 10.0


def write_clip(
    path: Path, photos: Sequence[Pixels], *, seconds: float = 2.0, per_s: float = PER_S
) -> Path:
    """Write a video that shows one RGB photo after another, each for as long; return its path.

    The ending chooses the container. A photo that moves a little is what a camera would see.
    """
    height, width = photos[0].shape[:2]
    kind = "VP80" if path.suffix in {".webm", ".mkv"} else "mp4v"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*kind), per_s, (width, height))
    assert writer.isOpened(), path
    count = round(seconds * per_s)
    for number in range(count):
        photo = photos[number * len(photos) // count]
        writer.write(np.roll(photo, number % 3, axis=1)[:, :, ::-1])
    writer.release()
    return path
