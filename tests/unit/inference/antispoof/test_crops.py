from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.inference.antispoof.crops import (
    inner_square,
    is_judgeable,
    largest_scale_inside,
    shifted_crop,
    square_crop,
)

sides = st.integers(3, 60)
edges = st.floats(-80, 140, allow_nan=False)


def _ramp(width: int, height: int) -> Image:
    """An image in which red says the column and green the row."""
    rows, columns = np.indices((height, width))
    return Image(np.stack([columns, rows, rows * 0], axis=2).astype(np.uint8))


@st.composite
def judgeable(draw: st.DrawFn) -> tuple[Image, Box]:
    image = _ramp(draw(sides), draw(sides))
    left, top = draw(edges), draw(edges)
    width, height = (draw(st.floats(2.0, 90.0)) for _ in range(2))
    box = Box(left, top, left + width, top + height)
    if not is_judgeable(image, box):
        box = Box(0.0, 0.0, float(image.width), float(image.height))
    return image, box


@given(judgeable(), st.floats(0.5, 4.0), st.integers(1, 64))
def test_a_square_crop_is_a_square_of_the_images_own_pixels(
    seen: tuple[Image, Box], scale: float, side_px: int
) -> None:
    image, box = seen
    crop = square_crop(image, box, scale, side_px)
    assert crop.shape == (side_px, side_px, 3)
    assert crop.dtype == np.uint8
    assert (crop[..., 2] == 0).all()  # nothing was filled in with another color
    assert crop[..., 0].max() < image.width
    assert crop[..., 1].max() < image.height


@given(judgeable())
def test_a_scale_that_fits_is_between_one_and_what_is_wanted(seen: tuple[Image, Box]) -> None:
    image, box = seen
    assert 1.0 <= largest_scale_inside(image, box, 1.5) <= 1.5


@given(judgeable())
def test_a_shifted_crop_never_leaves_the_image(seen: tuple[Image, Box]) -> None:
    image, box = seen
    if box.share_inside(image.width, image.height) < 1:
        return
    for scale in (2.7, 4.0):
        crop = shifted_crop(image, box, scale, 80)
        assert crop.shape == (80, 80, 3)
        assert crop[..., 0].max() < image.width


@given(judgeable())
def test_the_inner_square_is_part_of_the_image(seen: tuple[Image, Box]) -> None:
    image, box = seen
    inner = inner_square(image, box)
    assert inner.shape[0] <= image.height
    assert inner.shape[1] <= image.width


def test_what_lies_beyond_the_image_is_its_mirror_image() -> None:
    crop = square_crop(_ramp(20, 20), Box(0.0, 0.0, 10.0, 10.0), 2.0, 20)
    # The square reaches from -5 to 15: its first five columns mirror columns 5 to 1.
    assert crop[0, :7, 0].tolist() == [5, 4, 3, 2, 1, 0, 1]
    assert crop[:7, 0, 1].tolist() == [5, 4, 3, 2, 1, 0, 1]


def test_a_square_inside_the_image_is_a_plain_cut() -> None:
    image = _ramp(40, 40)
    crop = square_crop(image, Box(10.0, 12.0, 30.0, 32.0), 1.0, 20)
    np.testing.assert_array_equal(crop, image.pixels[12:32, 10:30])


def test_a_crop_of_a_face_at_the_edge_shrinks_to_what_is_there() -> None:
    image = _ramp(100, 100)
    assert largest_scale_inside(image, Box(30.0, 30.0, 70.0, 70.0), 1.5) == 1.5
    assert largest_scale_inside(image, Box(5.0, 30.0, 45.0, 70.0), 1.5) == pytest.approx(1.25)
    assert largest_scale_inside(image, Box(-5.0, 30.0, 35.0, 70.0), 1.5) == 1.0


@pytest.mark.parametrize(
    "box",
    [
        Box(-50.0, -50.0, -10.0, -10.0),
        Box(10.0, 10.0, 10.0, 30.0),
        Box(30.0, 10.0, 10.0, 30.0),
        Box(math.nan, 0.0, 10.0, 10.0),
        Box(0.0, 0.0, math.inf, 10.0),
    ],
)
def test_a_box_that_shows_nothing_is_not_judged(box: Box) -> None:
    assert not is_judgeable(_ramp(40, 40), box)


def _minivision(pixels: Pixels, box: tuple[int, int, int, int], scale: float) -> Pixels:
    """Crop as Silent-Face-Anti-Spoofing's generate_patches.py does; box: x, y, width, height."""
    src_h, src_w = pixels.shape[:2]
    x, y, box_w, box_h = box
    scale = min((src_h - 1) / box_h, (src_w - 1) / box_w, scale)
    new_width, new_height = box_w * scale, box_h * scale
    center_x, center_y = box_w / 2 + x, box_h / 2 + y
    left, top = center_x - new_width / 2, center_y - new_height / 2
    right, bottom = center_x + new_width / 2, center_y + new_height / 2
    if left < 0:
        right -= left
        left = 0
    if top < 0:
        bottom -= top
        top = 0
    if right > src_w - 1:
        left -= right - src_w + 1
        right = src_w - 1
    if bottom > src_h - 1:
        top -= bottom - src_h + 1
        bottom = src_h - 1
    patch = pixels[int(top) : int(bottom) + 1, int(left) : int(right) + 1]
    return np.asarray(cv2.resize(patch, (80, 80)), np.uint8)


@given(
    st.integers(0, 150), st.integers(0, 120), st.integers(8, 60), st.integers(8, 60),
    st.sampled_from((2.7, 4.0)),
)  # fmt: skip
def test_the_shifted_crop_is_minivisions(
    x: int, y: int, width: int, height: int, scale: float
) -> None:
    image = _ramp(210, 180)
    box = Box(float(x), float(y), float(x + width), float(y + height))
    expected = _minivision(image.pixels, (x, y, width, height), scale)
    np.testing.assert_array_equal(shifted_crop(image, box, scale, 80), expected)
