from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.inference.antispoof.texture import (
    CHROMA,
    DETAIL,
    MOIRE,
    SMALLEST_PX,
    Texture,
    measure_peak,
)

FACE = Box(165.0, 110.0, 345.0, 340.0)
"""Grace Hopper's."""


def _judge(pixels: Pixels) -> dict[str, float]:
    return dict(Texture().vote(Image(np.ascontiguousarray(pixels)), FACE))


def test_a_real_photo_gets_every_cue(grace_hopper: Pixels) -> None:
    votes = _judge(grace_hopper)
    assert set(votes) == {DETAIL, CHROMA, MOIRE}
    assert votes[MOIRE] == 0


def test_a_second_lens_takes_detail_away(grace_hopper: Pixels) -> None:
    blurred = np.asarray(cv2.GaussianBlur(grace_hopper, (0, 0), 3), np.uint8)
    assert _judge(blurred)[DETAIL] < _judge(grace_hopper)[DETAIL] - 1


def test_colored_grain_speaks_against_a_face(grace_hopper: Pixels) -> None:
    rng = np.random.default_rng(1)
    grain = rng.normal(0, 25, (*grace_hopper.shape[:2], 3))
    colored = (grace_hopper + grain - grain.mean(axis=2, keepdims=True)).clip(0, 255)
    assert _judge(colored.astype(np.uint8))[CHROMA] < _judge(grace_hopper)[CHROMA] - 1


def test_beating_grids_are_seen(grace_hopper: Pixels) -> None:
    rows, columns = np.indices(grace_hopper.shape[:2])
    waves = 14 * np.sin(2 * np.pi * (0.21 * columns + 0.13 * rows))
    screen = (grace_hopper + waves[..., None]).clip(0, 255).astype(np.uint8)
    assert _judge(screen)[MOIRE] < -1


def test_noise_has_no_peaks() -> None:
    noise = np.random.default_rng(2).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    assert measure_peak(noise) < 4.8


def test_a_photo_in_black_and_white_is_not_judged_by_color(grace_hopper: Pixels) -> None:
    gray = cv2.cvtColor(grace_hopper, cv2.COLOR_RGB2GRAY)
    votes = _judge(np.repeat(gray[..., None], 3, axis=2))
    assert CHROMA not in votes
    assert DETAIL in votes


def test_a_blank_wall_has_neither_detail_nor_color() -> None:
    assert set(_judge(np.full((600, 512, 3), 90, np.uint8))) == {MOIRE}


@pytest.mark.parametrize("side", [10.0, SMALLEST_PX - 2.0])
def test_small_faces_say_nothing(grace_hopper: Pixels, side: float) -> None:
    assert Texture().vote(Image(grace_hopper), Box.around(250.0, 220.0, side)) == {}


@given(
    st.integers(0, 2**32 - 1), st.floats(-60, 200), st.floats(-60, 200), st.floats(90, 400)
)  # fmt: skip
def test_votes_are_bounded_numbers_wherever_the_box_is(
    seed: int, left: float, top: float, side: float
) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (180, 220, 3), dtype=np.uint8)
    votes = Texture().vote(Image(pixels), Box(left, top, left + side, top + side))
    assert all(-3 <= bits <= 1 for bits in votes.values())
