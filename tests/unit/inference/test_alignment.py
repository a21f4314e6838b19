from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.core.geometry import Points, SimilarityMatrix, apply_transform
from mien.core.image import Image, Pixels
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.inference.alignment import (
    ARCFACE_FRAME,
    DLIB_FRAME,
    ChipFrame,
    extract_chip,
    extract_square,
)

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


SIDE = 60
turns = st.floats(-180, 180)
shrinks = st.floats(2.01, 9)
widths = st.integers(60, 500)


def onto_square(degrees: float, shrink: float, x: float, y: float) -> SimilarityMatrix:
    """Return what puts a place of an image into the middle of a square, turned and shrunk."""
    matrix = np.asarray(cv2.getRotationMatrix2D((x, y), degrees, 1 / shrink), np.float64)
    matrix[:, 2] += SIDE / 2 - np.array([x, y])
    return matrix


def shown_by(matrix: SimilarityMatrix) -> npt.NDArray[np.float64]:
    """Return the place in the image of each pixel of a square, [side, side, 2] (x, y)."""
    places = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE), [1]), axis=-1)[:, :, 0]
    return np.asarray(places @ cv2.invertAffineTransform(matrix).T, np.float64)


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


class TestShrinking:
    """What is shrunk to less than half is cut out and averaged by a whole factor first."""

    @pytest.mark.parametrize("factor", [3, 4, 5, 8])
    def test_a_whole_factor_averages_exactly(self, factor: int) -> None:
        side = 40
        pixels = np.random.default_rng(1).integers(0, 256, (400, 420, 3), dtype=np.uint8)
        # Pixel centers: (u, v) lies in the middle of factor x factor pixels.
        offset = (1 / factor - 1) / 2
        matrix = np.array([[1 / factor, 0, offset], [0, 1 / factor, offset]])

        square = extract_square(Image(pixels), matrix, side)

        seen = pixels[: side * factor, : side * factor]
        means = seen.reshape(side, factor, side, factor, 3).mean(axis=(1, 3))
        np.testing.assert_allclose(square, means, atol=0.501)

    @given(turns, shrinks, st.floats(380, 420), st.floats(380, 420))
    def test_what_is_seen_is_where_it_is_in_the_image(
        self, degrees: float, shrink: float, x: float, y: float
    ) -> None:
        across, down = (np.exp(-(((np.arange(800) - at) / shrink / 5) ** 2)) for at in (x, y))
        gray = (255 * np.outer(down, across)).round().astype(np.uint8)
        matrix = onto_square(degrees, shrink, 400, 400)

        square = extract_square(Image(np.repeat(gray[..., None], 3, axis=2)), matrix, SIDE)

        light = square[..., 0].astype(np.float64)
        rows, columns = np.indices(light.shape)
        seen = np.array([(light * columns).sum(), (light * rows).sum()]) / light.sum()
        # Half a pixel of the shrunken image would be a quarter of one at least.
        np.testing.assert_allclose(seen, matrix @ (x, y, 1), atol=0.1)

    @given(turns, shrinks, st.floats(-0.1, 1.1), st.floats(-0.1, 1.1), widths, widths)
    def test_black_is_not_blended_in_where_the_image_is_cut_but_only_beyond_its_borders(
        self, degrees: float, shrink: float, across: float, down: float, width: int, height: int
    ) -> None:
        plain = Image(np.full((height, width, 3), 200, np.uint8))
        matrix = onto_square(degrees, shrink, width * across, height * down)

        square = extract_square(plain, matrix, SIDE)

        x, y = np.moveaxis(shown_by(matrix), -1, 0)
        inside = np.minimum.reduce([x, y, width - 1 - x, height - 1 - y])
        # Two pixels of the shrunken image: what does not divide at its end, and what is blended.
        assert (square[inside >= 2 * int(shrink)] == 200).all()
        assert (square[inside < -2 * int(shrink)] == 0).all()

    @pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 300), (300, 2), (5, 5), (13, 14)])
    def test_no_image_is_too_small(self, width: int, height: int) -> None:
        plain = Image(np.full((height, width, 3), 200, np.uint8))
        matrix = onto_square(0, 12.5, width / 2, height / 2)

        square = extract_square(plain, matrix, SIDE)

        assert square.shape == (SIDE, SIDE, 3)
        assert square.max() <= 200
