from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from mien.core.geometry import Box, Points, similarity_transform
from mien.core.image import Image, Pixels
from mien.inference.alignment import _CHIP_POINTS, extract_chip
from tests.golden.conftest import Dlib


def half_a_chip_pixel(landmarks: Points) -> npt.NDArray[np.float64]:
    """Return the one systematic difference, in image pixels.

    dlib counts from the corner of a chip's first pixel, mien from its center. On LFW the two
    are equally accurate.
    """
    linear = similarity_transform(landmarks, _CHIP_POINTS)[:, :2]
    return np.linalg.solve(linear, np.array([0.5, 0.5]))


@pytest.mark.parametrize(("enlarged", "tolerance"), [(1, 1.5), (2, 4), (4, 5)])
def test_the_chip_is_dlibs_moved_by_half_a_pixel(
    reference: Dlib, photo: Pixels, dlib_face: Box, enlarged: int, tolerance: float
) -> None:
    size = (photo.shape[1] * enlarged, photo.shape[0] * enlarged)
    large = cv2.resize(photo, size, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    edges = (dlib_face.left, dlib_face.top, dlib_face.right, dlib_face.bottom)
    box = Box(*(edge * enlarged for edge in edges))
    landmarks = reference.landmarks(large, box)

    moved = (landmarks + half_a_chip_pixel(landmarks)).astype(np.float32)
    chip = extract_chip(Image(large), moved)

    # Large faces differ more: dlib halves the image, mien shrinks it by area.
    difference = np.abs(chip.astype(int) - reference.chip(large, box))
    assert difference.mean() < tolerance
