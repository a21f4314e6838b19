from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.inference.antispoof.depth import NAME, SIDE_PX, DepthRelief, measure_relief
from tests.unit.inference.antispoof.stand_ins import DepthNetwork

FACE = Box(180.0, 70.0, 270.0, 180.0)
ROWS, COLUMNS = (np.indices((SIDE_PX, SIDE_PX)) / SIDE_PX).astype(np.float32)
HEAD = np.sqrt(np.clip(0.09 - (ROWS - 0.5) ** 2 - (COLUMNS - 0.5) ** 2, 0, None))


# A slope that is next to nothing is lost in the rounding of three.
SLOPES = st.floats(-5, -0.01) | st.just(0.0) | st.floats(0.01, 5)


@given(SLOPES, SLOPES)
def test_a_plane_has_no_relief_however_it_is_held(down: float, right: float) -> None:
    relief = measure_relief((down * ROWS + right * COLUMNS + 3).astype(np.float32))
    assert relief is None or relief < 1e-4


def test_a_head_has_relief_whatever_its_distance() -> None:
    near, far = (measure_relief((size * HEAD + 1).astype(np.float32)) for size in (1.0, 0.1))
    assert near is not None
    assert near > 0.1
    assert far == pytest.approx(near, rel=1e-3)


def test_a_head_speaks_for_and_a_print_against_a_living_face(astronaut: Pixels) -> None:
    photo = Image(astronaut)
    assert DepthRelief(DepthNetwork(HEAD)).vote(photo, FACE)[NAME] > 0
    assert DepthRelief(DepthNetwork(ROWS + COLUMNS)).vote(photo, FACE)[NAME] == -1


@pytest.mark.parametrize("value", [2.0, np.nan])
def test_a_map_without_depth_says_nothing(astronaut: Pixels, value: float) -> None:
    network = DepthNetwork(np.full((SIDE_PX, SIDE_PX), value))
    assert DepthRelief(network).vote(Image(astronaut), FACE) == {}


def test_a_face_outside_of_the_image_gets_no_vote(astronaut: Pixels) -> None:
    box = Box(-90.0, -90.0, -10.0, -10.0)
    assert DepthRelief(DepthNetwork(HEAD)).vote(Image(astronaut), box) == {}
