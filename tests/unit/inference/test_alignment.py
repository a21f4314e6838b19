from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.core.geometry import Points, apply_transform
from mien.core.image import Image, Pixels
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.inference.alignment import ARCFACE_FRAME, DLIB_FRAME, ChipFrame, extract_chip

FRAMES = [pytest.param(frame, id=frame.name) for frame in (DLIB_FRAME, ARCFACE_FRAME)]
EYE_CORNERS = LandmarkScheme.EYE_CORNERS_NOSE_BASE

LANDMARKS: Points = np.array(
    [(290, 210), (262, 212), (192, 210), (221, 212), (241, 268)], np.float32
)
"""Eye corners of a face as large as in a chip of dlib's, in the middle of a 480 x 480 image."""


def spots_at(points: Points, *, side: int = 480) -> Image:
    """Paint a soft white spot on each point."""
    y, x = np.mgrid[0:side, 0:side]
    spots = sum(np.exp(-((x - px) ** 2 + (y - py) ** 2) / 8) for px, py in points)
    gray = (255 * np.asarray(spots)).clip(0, 255).astype(np.uint8)
    return Image(np.repeat(gray[..., None], 3, axis=2))


def spots_of(chip: Pixels) -> Points:
    """Return the centers of the spots, in no order."""
    bright = (chip[..., 0] > 64).astype(np.uint8)
    _, labels = cv2.connectedComponents(bright)
    centers = []
    for label in range(1, labels.max() + 1):
        y, x = np.nonzero(labels == label)
        weights = chip[y, x, 0].astype(float)
        centers.append((np.average(x, weights=weights), np.average(y, weights=weights)))
    return np.array(centers, np.float32)


def chip_of(pixels: Pixels, eye_corners: Points) -> Pixels:
    return extract_chip(Image(pixels), Landmarks(eye_corners, EYE_CORNERS), DLIB_FRAME)


def difference(one: Pixels, other: Pixels) -> float:
    return float(np.abs(one.astype(int) - other).mean())


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("scheme", LandmarkScheme)
@settings(max_examples=15)
@given(
    degrees=st.floats(-180, 180),
    scale=st.floats(0.7, 2),
    shift=st.tuples(st.floats(-30, 30), st.floats(-30, 30)),
)
def test_wherever_a_face_is_its_landmarks_come_to_the_places_of_the_frame(
    frame: ChipFrame,
    scheme: LandmarkScheme,
    degrees: float,
    scale: float,
    shift: tuple[float, float],
) -> None:
    places = frame.places[scheme]
    matrix = cv2.getRotationMatrix2D((240, 240), degrees, scale).astype(np.float64)
    matrix[:, 2] += np.array(shift)
    moved = apply_transform(matrix, (places - frame.side_px / 2 + 240).astype(np.float32))

    found = spots_of(extract_chip(spots_at(moved), Landmarks(moved, scheme), frame))

    assert len(found) == len(places)
    misses = np.linalg.norm(found[:, None] - places, axis=-1)
    assert sorted(misses.argmin(axis=1)) == list(range(len(places)))
    assert misses.min(axis=1).max() < 0.6


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("scheme", LandmarkScheme)
def test_whatever_is_marked_the_eyes_come_to_the_same_places(
    frame: ChipFrame, scheme: LandmarkScheme
) -> None:
    one = Landmarks(frame.places[scheme], scheme)
    other = Landmarks(frame.places[EYE_CORNERS], EYE_CORNERS)

    assert one.left_eye == pytest.approx(other.left_eye, abs=0.02 * frame.side_px)
    assert one.right_eye == pytest.approx(other.right_eye, abs=0.02 * frame.side_px)


@pytest.mark.parametrize("frame", FRAMES)
def test_a_chip_is_a_square_of_rgb(frame: ChipFrame, astronaut: Pixels) -> None:
    chip = extract_chip(Image(astronaut), Landmarks(LANDMARKS, EYE_CORNERS), frame)

    assert chip.shape == (frame.side_px, frame.side_px, 3)
    assert chip.dtype == np.uint8


def test_the_frames_are_those_that_the_networks_were_trained_with() -> None:
    assert (DLIB_FRAME.side_px, ARCFACE_FRAME.side_px) == (150, 112)


@pytest.mark.parametrize("factor", [2, 3, 4, 7])
def test_a_large_photo_gives_the_chip_of_a_small_one(astronaut: Pixels, factor: int) -> None:
    face: Points = np.array([(247, 101), (231, 102), (194, 99), (210, 100), (221, 135)], np.float32)
    size = (512 * factor, 512 * factor)
    large = cv2.resize(astronaut, size, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    # Pixel centers: what was at x is now at (x + 0.5) * factor - 0.5.
    large_face = ((face + 0.5) * factor - 0.5).astype(np.float32)

    chip = chip_of(large, large_face)

    assert difference(chip, chip_of(astronaut, face)) < 2


def test_fine_texture_of_a_large_face_is_averaged_rather_than_aliased() -> None:
    checkers = (np.indices((2400, 2400)).sum(axis=0) % 2 * 255).astype(np.uint8)
    large_face = ((LANDMARKS - 240) * 7.3 + 1200).astype(np.float32)

    chip = chip_of(np.repeat(checkers[..., None], 3, axis=2), large_face)

    assert np.abs(chip.astype(int) - 127).max() <= 5


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("scale", [1.0, 1.9, 2.1, 3.3, 7.3])
def test_a_chip_within_the_image_has_no_dark_frame(frame: ChipFrame, scale: float) -> None:
    plain = Image(np.full((2400, 2400, 3), 200, np.uint8))
    face = ((LANDMARKS - 240) * scale + 1200).astype(np.float32)

    assert (extract_chip(plain, Landmarks(face, EYE_CORNERS), frame) == 200).all()


@pytest.mark.parametrize("scale", [1, 5])
def test_what_lies_outside_the_image_is_black(scale: int) -> None:
    white = np.full((300 * scale, 300 * scale, 3), 255, np.uint8)
    at_the_corner = ((LANDMARKS - (241, 225)) * scale).astype(np.float32)

    chip = chip_of(white, at_the_corner)

    assert (chip[:50, :50] == 0).all()
    assert (chip[-50:, -50:] == 255).all()
