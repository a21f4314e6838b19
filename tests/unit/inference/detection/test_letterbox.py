from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.image import Pixels
from mien.inference.detection.letterbox import Letterbox

sides = st.integers(1, 700)
longest = st.floats(32, 1300)


def blank(width: int, height: int) -> Pixels:
    return np.full((height, width, 3), 200, np.uint8)


def inner_size(boxed: Letterbox) -> tuple[int, int]:
    """Return width and height of what is not the border."""
    lit = boxed.pixels.max(axis=2) > 0
    return int(lit.any(axis=0).sum()), int(lit.any(axis=1).sum())


@pytest.mark.parametrize("square", [False, True])
@given(width=sides, height=sides, longest_px=longest)
def test_its_sides_are_multiples_of_32(
    *, width: int, height: int, longest_px: float, square: bool
) -> None:
    rows, columns, _ = Letterbox.of(blank(width, height), longest_px, square=square).pixels.shape

    assert rows % 32 == columns % 32 == 0
    assert min(rows, columns) >= 32
    assert rows == columns or not square


@given(sides, sides, longest)
def test_the_image_is_in_the_corner_no_larger_than_it_was_nor_than_allowed(
    width: int, height: int, longest_px: float
) -> None:
    boxed = Letterbox.of(blank(width, height), longest_px)

    size = inner_size(boxed)
    assert max(size) <= min(max(width, height), longest_px + 0.5)
    assert boxed.pixels[: size[1], : size[0]].all()
    assert not boxed.pixels[size[1] :].any()
    assert not boxed.pixels[:, size[0] :].any()


@given(sides, sides, longest)
def test_no_more_is_added_than_is_needed(width: int, height: int, longest_px: float) -> None:
    boxed = Letterbox.of(blank(width, height), longest_px)

    rows, columns, _ = boxed.pixels.shape
    inner = inner_size(boxed)
    assert columns - inner[0] < 32
    assert rows - inner[1] < 32


@given(sides, sides, longest)
def test_the_images_corners_are_mapped_back_to_its_corners(
    width: int, height: int, longest_px: float
) -> None:
    """Half a pixel before the first center and after the last, whatever the scale is."""
    boxed = Letterbox.of(blank(width, height), longest_px)
    small = np.array(inner_size(boxed), np.float32)

    corners = boxed.to_image(np.array([(-0.5, -0.5), small - 0.5], np.float32))

    np.testing.assert_allclose(corners[0], (-0.5, -0.5))
    missing = (width - 0.5, height - 0.5) - corners[1]  # what a whole factor does not divide
    assert (missing > -1e-3).all()
    assert (missing < boxed.scale).all()


@given(st.integers(100, 700), st.integers(100, 700), st.floats(64, 700))
def test_proportions_are_kept_but_for_rounding(width: int, height: int, longest_px: float) -> None:
    scale = Letterbox.of(blank(width, height), longest_px).scale

    assert scale[0] == pytest.approx(scale[1], rel=0.06)


@given(st.integers(40, 300), st.integers(40, 300), st.floats(64, 200), st.data())
def test_what_is_seen_somewhere_in_it_is_there_in_the_image(
    width: int, height: int, longest_px: float, data: st.DataObject
) -> None:
    x, y = data.draw(st.integers(12, width - 13)), data.draw(st.integers(12, height - 13))
    pixels = np.zeros((height, width, 3), np.uint8)
    cv2.rectangle(pixels, (x - 8, y - 8), (x + 8, y + 8), (255, 255, 255), -1)
    boxed = Letterbox.of(pixels, longest_px)

    light = boxed.pixels[..., 0].astype(np.float64)
    rows, columns = np.indices(light.shape)
    seen = np.array([(light * columns).sum(), (light * rows).sum()], np.float32) / light.sum()

    np.testing.assert_allclose(boxed.to_image(seen), (x, y), atol=0.5)


@pytest.mark.parametrize("shape", [(2,), (7, 2), (3, 2, 2)])
def test_points_are_mapped_in_any_number_of_axes(shape: tuple[int, ...]) -> None:
    boxed = Letterbox.of(blank(640, 320), 320)
    points = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)

    mapped = boxed.to_image(points)

    assert mapped.dtype == np.float32
    np.testing.assert_allclose(mapped, 2 * points + 0.5)


def test_an_image_that_fits_is_left_as_it_is() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (64, 96, 3), dtype=np.uint8)

    boxed = Letterbox.of(pixels, 320)

    np.testing.assert_array_equal(boxed.pixels, pixels)
    assert boxed.scale == (1, 1)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1, 1), (32, 32)), ((1, 3000), (32, 320)), ((3000, 1), (320, 32)), ((33, 32), (64, 32))],
)
def test_no_image_is_too_thin(size: tuple[int, int], expected: tuple[int, int]) -> None:
    rows, columns, _ = Letterbox.of(blank(*size), 320).pixels.shape

    assert (columns, rows) == expected


def test_a_square_is_as_large_as_was_asked_for_even_around_a_small_image() -> None:
    assert Letterbox.of(blank(50, 20), 128, square=True).pixels.shape == (128, 128, 3)
    assert Letterbox.of(blank(500, 200), 128, square=True).pixels.shape == (128, 128, 3)
