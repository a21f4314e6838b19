from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.image import Pixels
from mien.inference.scaling import divide, mirror, scale_down

sides = st.integers(1, 90)
factors = st.integers(1, 8)
seeds = st.integers(0, 2**32 - 1)

shares = st.floats(0, 1)
"""Of a picture's side, what is asked for."""


def noise(width: int, height: int, seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def part(side: int, share: float) -> int:
    return max(1, round(side * share))


def means(pixels: Pixels, factor: int) -> npt.NDArray[np.float64]:
    """Return the exact mean of each *factor* x *factor* pixels."""
    height, width = pixels.shape[0] // factor, pixels.shape[1] // factor
    return np.asarray(pixels.reshape(height, factor, width, factor, 3).mean(axis=(1, 3)))


@given(sides, sides, shares, shares, seeds)
def test_the_size_is_exactly_what_was_asked_for(
    width: int, height: int, across: float, down: float, seed: int
) -> None:
    size = (part(width, across), part(height, down))

    small, _ = scale_down(noise(width, height, seed), size)

    assert small.shape == (size[1], size[0], 3)
    assert small.dtype == np.uint8


@given(st.integers(1, 20), st.integers(1, 20), factors, seeds)
def test_a_whole_factor_averages_exactly(width: int, height: int, factor: int, seed: int) -> None:
    pixels = noise(width * factor, height * factor, seed)

    small, _ = scale_down(pixels, (width, height))

    np.testing.assert_allclose(small, means(pixels, factor), atol=0.501)
    np.testing.assert_array_equal(small, divide(pixels, factor))


@given(sides, sides, shares, shares, st.tuples(*[st.integers(0, 255)] * 3))
def test_a_plain_picture_stays_as_it_is(
    width: int, height: int, across: float, down: float, color: tuple[int, int, int]
) -> None:
    pixels = np.full((height, width, 3), color, np.uint8)

    small, _ = scale_down(pixels, (part(width, across), part(height, down)))

    assert (small == color).all()


@given(sides, sides, shares, shares, seeds)
def test_nothing_becomes_lighter_or_darker_than_it_was_anywhere(
    width: int, height: int, across: float, down: float, seed: int
) -> None:
    pixels = noise(width, height, seed) // 2 + 40

    small, _ = scale_down(pixels, (part(width, across), part(height, down)))

    assert (small >= pixels.min(axis=(0, 1))).all()
    assert (small <= pixels.max(axis=(0, 1))).all()


@given(st.integers(200, 400), st.integers(200, 400), st.floats(0.1, 1), st.floats(1, 3))
def test_a_smooth_picture_is_scaled_as_by_area(
    width: int, height: int, share: float, waves: float
) -> None:
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    light = 128 + 30 * np.sin(waves * x / width) + 30 * np.cos(waves * y / height)
    pixels = np.repeat(light[..., None], 3, axis=2).round().astype(np.uint8)
    size = (part(width, share), part(height, share))

    small, _ = scale_down(pixels, size)

    by_area = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - by_area).max() <= 6
    assert np.abs(small.astype(int) - by_area).mean() <= 2


def test_fine_texture_is_averaged_and_no_pixel_skipped() -> None:
    checkers = (np.indices((500, 700)).sum(axis=0) % 2 * 255).astype(np.uint8)
    pixels = np.repeat(checkers[..., None], 3, axis=2)

    for size in ((350, 250), (300, 220), (161, 115), (47, 33)):
        assert np.abs(scale_down(pixels, size)[0].astype(int) - 127).max() <= 30


@given(sides, sides, seeds)
def test_its_own_size_changes_nothing(width: int, height: int, seed: int) -> None:
    pixels = noise(width, height, seed)

    np.testing.assert_array_equal(scale_down(pixels, (width, height))[0], pixels)


@given(sides, sides, factors, seeds)
def test_what_does_not_divide_is_cut_off(width: int, height: int, factor: int, seed: int) -> None:
    width, height = max(width, factor), max(height, factor)
    pixels = noise(width, height, seed)
    columns, rows = width // factor, height // factor

    small = divide(pixels, factor)

    assert small.shape == (rows, columns, 3)
    whole = pixels[: rows * factor, : columns * factor]
    np.testing.assert_allclose(small, means(whole, factor), atol=0.501)


@given(sides, sides, seeds)
def test_a_mirror_image_of_a_mirror_image_is_the_picture(
    width: int, height: int, seed: int
) -> None:
    pixels = noise(width, height, seed)

    np.testing.assert_array_equal(mirror(mirror(pixels)), pixels)


@given(sides, sides, seeds)
def test_a_mirror_exchanges_left_and_right(width: int, height: int, seed: int) -> None:
    pixels = noise(width, height, seed)

    np.testing.assert_array_equal(mirror(pixels), pixels[:, ::-1])


@pytest.mark.parametrize(
    "view",
    [lambda pixels: pixels[3:60, 5:71], lambda pixels: pixels[::-1, ::-1]],
    ids=["a part", "upside down"],
)
def test_a_view_is_as_good_as_a_picture_of_its_own_and_may_be_read_only(view: object) -> None:
    pixels = noise(80, 70, 1)
    pixels.setflags(write=False)
    assert callable(view)
    seen = view(pixels)

    small, scale = scale_down(seen, (20, 16))
    of_copy, scale_of_copy = scale_down(seen.copy(), (20, 16))

    np.testing.assert_array_equal(small, of_copy)
    assert scale == scale_of_copy
    np.testing.assert_array_equal(divide(seen, 3), divide(seen.copy(), 3))
    np.testing.assert_array_equal(mirror(seen), mirror(seen.copy()))
