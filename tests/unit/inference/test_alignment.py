from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.core.geometry import Points, apply_transform
from mien.core.image import Image, Pixels
from mien.inference.alignment import CHIP_PX, extract_chip

LANDMARKS: Points = np.array(
    [(290, 210), (262, 212), (192, 210), (221, 212), (241, 268)], np.float32
)
"""Of an upright face as large as its chip, in the middle of a 480 x 480 image."""


def spots_at(points: Points, *, side: int = 480) -> Image:
    """Paint a soft white spot on each point."""
    y, x = np.mgrid[0:side, 0:side]
    spots = sum(np.exp(-((x - px) ** 2 + (y - py) ** 2) / 8) for px, py in points)
    gray = (255 * np.asarray(spots)).clip(0, 255).astype(np.uint8)
    return Image(np.repeat(gray[..., None], 3, axis=2))


def spots_of(chip: Pixels) -> Points:
    """Return the centers of the spots, ordered from left to right."""
    bright = (chip[..., 0] > 64).astype(np.uint8)
    _, labels = cv2.connectedComponents(bright)
    centers = []
    for label in range(1, labels.max() + 1):
        y, x = np.nonzero(labels == label)
        weights = chip[y, x, 0].astype(float)
        centers.append((np.average(x, weights=weights), np.average(y, weights=weights)))
    return np.array(sorted(centers), np.float32)


def difference(one: Pixels, other: Pixels) -> float:
    return float(np.abs(one.astype(int) - other).mean())


@settings(max_examples=25)
@given(
    degrees=st.floats(-180, 180),
    scale=st.floats(0.7, 2),
    shift=st.tuples(st.floats(-30, 30), st.floats(-30, 30)),
)
def test_wherever_a_face_is_its_landmarks_come_to_the_same_places(
    degrees: float, scale: float, shift: tuple[float, float]
) -> None:
    matrix = cv2.getRotationMatrix2D((241, 225), degrees, scale).astype(np.float64)
    matrix[:, 2] += np.array(shift)
    moved = apply_transform(matrix, LANDMARKS)

    found = spots_of(extract_chip(spots_at(moved), moved))
    usual = spots_of(extract_chip(spots_at(LANDMARKS), LANDMARKS))

    assert len(usual) == 5
    np.testing.assert_allclose(found, usual, atol=0.6)


def test_a_chip_is_150_pixels_of_rgb(astronaut: Pixels) -> None:
    chip = extract_chip(Image(astronaut), LANDMARKS)

    assert chip.shape == (CHIP_PX, CHIP_PX, 3) == (150, 150, 3)
    assert chip.dtype == np.uint8


@pytest.mark.parametrize("factor", [2, 3, 4, 7])
def test_a_large_photo_gives_the_chip_of_a_small_one(astronaut: Pixels, factor: int) -> None:
    face: Points = np.array([(247, 101), (231, 102), (194, 99), (210, 100), (221, 135)], np.float32)
    size = (512 * factor, 512 * factor)
    large = cv2.resize(astronaut, size, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    # Pixel centers: what was at x is now at (x + 0.5) * factor - 0.5.
    large_face = ((face + 0.5) * factor - 0.5).astype(np.float32)

    chip = extract_chip(Image(large), large_face)

    assert difference(chip, extract_chip(Image(astronaut), face)) < 2


def test_fine_texture_of_a_large_face_is_averaged_rather_than_aliased() -> None:
    checkers = (np.indices((2400, 2400)).sum(axis=0) % 2 * 255).astype(np.uint8)
    image = Image(np.repeat(checkers[..., None], 3, axis=2))
    large_face = ((LANDMARKS - 240) * 7.3 + 1200).astype(np.float32)

    chip = extract_chip(image, large_face)

    assert np.abs(chip.astype(int) - 127).max() <= 5


@pytest.mark.parametrize("scale", [1.0, 1.9, 2.1, 3.3, 7.3])
def test_a_chip_within_the_image_has_no_dark_frame(scale: float) -> None:
    plain = Image(np.full((2400, 2400, 3), 200, np.uint8))
    face = ((LANDMARKS - 240) * scale + 1200).astype(np.float32)

    assert (extract_chip(plain, face) == 200).all()


@pytest.mark.parametrize("scale", [1, 5])
def test_what_lies_outside_the_image_is_black(scale: int) -> None:
    white = Image(np.full((300 * scale, 300 * scale, 3), 255, np.uint8))
    at_the_corner = ((LANDMARKS - (241, 225)) * scale).astype(np.float32)

    chip = extract_chip(white, at_the_corner)

    assert (chip[:50, :50] == 0).all()
    assert (chip[-50:, -50:] == 255).all()
