"""Measures where the landmarks lie in the photos of FER+: `FERPLUS_FRAME` is made of them.

    python tools/measure_ferplus_frame.py ../shared/data/ferplus ../shared/models

Takes the collection and a folder with YuNet's file. Prints the medians over the found faces in
pixels of a 48-pixel photo, and how many faces were found.
"""

# ruff: noqa: INP001, T201 - a script, which prints what it measured

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mien.core.detection import Search
from mien.core.geometry import Points
from mien.core.image import Image
from mien.evaluation.expression.ferplus import SIDE_PX, read_ferplus
from mien.inference.catalogue import YUNET
from mien.inference.detection.yunet import YuNetDetector, YuNetLandmarker
from mien.inference.mirrors import parse_mirror
from mien.inference.packs import Weights
from mien.inference.pull import pull
from mien.inference.runtime import Session
from mien.inference.weights import WeightStore

_ENLARGED: Final = 5
_MARGIN_PX: Final = 80
"""Around the enlarged photo: a face that fills its photo is not found."""

_PHOTOS: Final = 4000
_SEED: Final = 0


def main(collection: Path, models: Path) -> None:
    """Print the medians."""
    photos = read_ferplus(collection).taught.with_plurality().images
    chosen = np.random.default_rng(_SEED).choice(len(photos), _PHOTOS, replace=False)
    with tempfile.TemporaryDirectory() as folder:
        store = WeightStore.of(Path(folder))
        pull([YUNET], store.sources, mirror=parse_mirror(str(models)))
        network = Session(store.ensure([Weights(YUNET)])[YUNET.name], threads=1)
    detector, landmarker = YuNetDetector(network), YuNetLandmarker(network)
    found = [
        points
        for photo in photos[chosen]
        if (points := _landmarks(photo, detector, landmarker)) is not None
    ]
    print(f"{len(found)} faces in {_PHOTOS} photos")
    for (x, y), (x_spread, y_spread) in zip(
        np.median(found, axis=0), np.std(found, axis=0), strict=True
    ):
        print(f"({x:.2f}, {y:.2f})  deviations {x_spread:.2f}, {y_spread:.2f}")


def _landmarks(
    photo: npt.NDArray[np.uint8], detector: YuNetDetector, landmarker: YuNetLandmarker
) -> Points | None:
    """Return the landmarks of the largest face, in pixels of the photo itself."""
    side = _ENLARGED * SIDE_PX
    large = cv2.resize(photo, (side, side), interpolation=cv2.INTER_CUBIC)
    margins = (_MARGIN_PX,) * 4
    framed = cv2.copyMakeBorder(large, *margins, borderType=cv2.BORDER_REPLICATE)
    image = Image(np.asarray(cv2.cvtColor(framed, cv2.COLOR_GRAY2RGB), dtype=np.uint8))
    faces = detector.detect(image, Search(min_face_px=side / 3, largest_only=True))
    marked = landmarker.locate(image, faces[0]) if faces else None
    if marked is None:
        return None
    # Of pixel centers: x of the large photo lies at (x + 0.5) / 5 - 0.5 of the small one.
    back = (marked.points - _MARGIN_PX + 0.5) / _ENLARGED - 0.5
    return np.asarray(back, dtype=np.float32)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
