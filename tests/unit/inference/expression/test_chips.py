"""A face lies in its chip as faces lie in the photos that the network was trained on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.geometry import Box, Points, apply_transform
from mien.core.image import Image
from mien.core.landmarks import LandmarkScheme
from mien.inference.alignment import ChipFrame
from mien.inference.expression.chips import (
    FERPLUS_ENLARGED_FRAME,
    FERPLUS_FRAME,
    box_chip,
    enlarged_ferplus_chip,
    ferplus_chip,
)
from tests.unit.inference.expression.stand_ins import FIVE, face_at

FRAMES = [pytest.param(frame, id=frame.name) for frame in (FERPLUS_FRAME, FERPLUS_ENLARGED_FRAME)]
BLANK = Image(np.zeros((60, 80, 3), np.uint8))


def textured(side: int = 300) -> Image:
    """Return an image of which every part differs from every other."""
    y, x = np.mgrid[0:side, 0:side]
    waves = [np.sin(x / 23) + np.cos(y / 31), np.sin(y / 17), np.cos((x + y) / 29)]
    pixels = np.stack([(wave - wave.min()) / np.ptp(wave) * 255 for wave in waves], axis=2)
    return Image(pixels.astype(np.uint8))


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("scheme", LandmarkScheme)
def test_landmarks_of_every_scheme_lie_in_the_chip_with_the_eyes_above(
    frame: ChipFrame, scheme: LandmarkScheme
) -> None:
    places = frame.places[scheme]
    assert places.min() > 0
    assert places.max() < frame.side_px - 1
    assert places[0, 1] < places[-1, 1]


def test_both_frames_show_the_same_in_another_size() -> None:
    small, large = FERPLUS_FRAME.places[FIVE], FERPLUS_ENLARGED_FRAME.places[FIVE]
    np.testing.assert_allclose((small + 0.5) / 48, (large + 0.5) / 64, atol=1e-5)


def test_a_face_that_lies_as_in_ferplus_is_cut_as_it_is() -> None:
    image = textured()
    face = face_at((FERPLUS_FRAME.places[FIVE] + (100, 50)).astype(np.float32))
    chip = ferplus_chip(image, face)
    assert chip.shape == (48, 48, 3)
    expected = image.pixels[50:98, 100:148].astype(int)
    assert np.abs(chip.astype(int) - expected).max() <= 2


@given(
    degrees=st.floats(-180, 180),
    scale=st.floats(1.0, 1.9),
    shift=st.tuples(st.floats(-20, 20), st.floats(-20, 20)),
)
def test_however_a_face_is_turned_its_chip_is_the_same(
    degrees: float, scale: float, shift: tuple[float, float]
) -> None:
    def point_at(points: Points) -> Points:
        angle = np.radians(degrees)
        turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        offset = np.array([150, 150]) + shift - turn @ np.array([23.5, 23.5])
        return apply_transform(np.column_stack([turn, offset]), points)

    y, x = np.mgrid[0:300, 0:300]
    (nose,) = point_at(FERPLUS_FRAME.places[FIVE][2:3])
    spot = np.exp(-((x - nose[0]) ** 2 + (y - nose[1]) ** 2) / 18)
    image = Image(np.repeat((255 * spot).astype(np.uint8)[..., None], 3, axis=2))
    for cut, frame in (
        (ferplus_chip, FERPLUS_FRAME),
        (enlarged_ferplus_chip, FERPLUS_ENLARGED_FRAME),
    ):
        chip = cut(image, face_at(point_at(FERPLUS_FRAME.places[FIVE])))[..., 0].astype(float)
        rows, columns = np.indices(chip.shape)
        seen = [(chip * at).sum() / chip.sum() for at in (columns, rows)]
        np.testing.assert_allclose(seen, frame.places[FIVE][2], atol=0.6)


def test_a_box_is_drawn_to_a_square() -> None:
    pixels = np.zeros((60, 80, 3), np.uint8)
    pixels[10:50, 20:40] = (10, 200, 30)
    face = face_at(FERPLUS_FRAME.places[FIVE], box=Box(20.0, 10.0, 40.0, 50.0))
    chip = box_chip(Image(pixels), face)
    assert chip.shape == (224, 224, 3)
    assert (chip == (10, 200, 30)).all()


@given(
    box=st.tuples(*[st.floats(-1e4, 1e4)] * 4).map(
        lambda at: Box(min(at[0], at[1]), min(at[2], at[3]), max(at[0], at[1]), max(at[2], at[3]))
    )
)
def test_a_box_anywhere_gives_a_chip(box: Box) -> None:
    face = face_at(FERPLUS_FRAME.places[FIVE], box=box)
    assert box_chip(BLANK, face).shape == (224, 224, 3)
