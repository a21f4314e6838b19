from __future__ import annotations

import cv2
import numpy as np
import pytest

from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.inference.alignment import DLIB_FRAME, extract_chip
from tests.golden.conftest import Dlib


@pytest.mark.parametrize(("enlarged", "tolerance"), [(1, 1.5), (2, 4), (4, 5)])
def test_the_chip_is_dlibs(
    reference: Dlib, photo: Pixels, dlib_face: Box, enlarged: int, tolerance: float
) -> None:
    size = (photo.shape[1] * enlarged, photo.shape[0] * enlarged)
    large = cv2.resize(photo, size, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    edges = (dlib_face.left, dlib_face.top, dlib_face.right, dlib_face.bottom)
    box = Box(*(edge * enlarged for edge in edges))
    landmarks = reference.landmarks(large, box)

    chip = extract_chip(Image(large), landmarks, DLIB_FRAME)

    # Large faces differ more: dlib halves the image, mien shrinks it by area.
    difference = np.abs(chip.astype(int) - reference.chip(large, box))
    assert difference.mean() < tolerance
