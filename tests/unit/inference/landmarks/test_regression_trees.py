from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mien.core.detection import Detection
from mien.core.geometry import Box, Points
from mien.core.image import Image, Pixels
from mien.core.landmarks import LandmarkScheme
from mien.errors import WeightsCorruptError
from mien.inference.landmarks.regression_trees import RegressionTreeLandmarker

FACE = Box(168, 69, 264, 165)
"""The astronaut's, as dlib's detector has it."""


@pytest.fixture(scope="module")
def landmarker(models: Mapping[str, Path]) -> RegressionTreeLandmarker:
    with np.load(models["five_landmarks"], allow_pickle=False) as parameters:
        return RegressionTreeLandmarker(parameters)


def locate(landmarker: RegressionTreeLandmarker, pixels: Pixels, box: Box) -> Points:
    return landmarker.locate(Image(pixels), Detection(box, score=1.0)).points


def test_the_points_are_the_corners_of_the_right_eye_of_the_left_eye_and_the_nose(
    landmarker: RegressionTreeLandmarker, astronaut: Pixels
) -> None:
    landmarks = landmarker.locate(Image(astronaut), Detection(FACE, score=1.0))

    assert landmarks.scheme is LandmarkScheme.EYE_CORNERS_NOSE_BASE
    points = landmarks.points
    assert points.shape == (5, 2)
    assert points.dtype == np.float32
    outer_right, inner_right, outer_left, inner_left, nose = points
    assert outer_left[0] < inner_left[0] < nose[0] < inner_right[0] < outer_right[0]
    assert nose[1] > points[:4, 1].max() + 15


@pytest.mark.parametrize(("right", "down"), [(0, 37), (61, 0), (13, 29)])
def test_a_face_that_moves_takes_its_landmarks_with_it(
    landmarker: RegressionTreeLandmarker, astronaut: Pixels, right: int, down: int
) -> None:
    moved = np.pad(astronaut, ((down, 0), (right, 0), (0, 0)), mode="edge")
    box = Box(FACE.left + right, FACE.top + down, FACE.right + right, FACE.bottom + down)

    points = locate(landmarker, moved, box)

    expected = locate(landmarker, astronaut, FACE) + np.array((right, down))
    np.testing.assert_allclose(points, expected, atol=0.5)


def test_the_landmarks_lie_in_gray_so_a_color_cast_hardly_moves_them(
    landmarker: RegressionTreeLandmarker, astronaut: Pixels
) -> None:
    gray = (astronaut.astype(int).sum(axis=2) // 3).astype(np.uint8)
    colorless = np.repeat(gray[..., None], 3, axis=2)

    np.testing.assert_array_equal(
        locate(landmarker, colorless, FACE), locate(landmarker, astronaut, FACE)
    )


@settings(max_examples=50)
@given(
    x=st.floats(-60, 160), y=st.floats(-60, 120), side=st.floats(20, 300), seed=st.integers(0, 9)
)
def test_any_box_that_touches_the_image_has_landmarks_near_it(
    landmarker: RegressionTreeLandmarker, x: float, y: float, side: float, seed: int
) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (60, 100, 3), dtype=np.uint8)
    box = Box.around(x, y, side)
    assume(box.share_inside(100, 60) > 0)

    points = locate(landmarker, noise, box)

    assert np.isfinite(points).all()
    assert (np.abs(points - box.center) < 2 * side).all()


def test_trees_of_another_depth_are_refused(models: Mapping[str, Path]) -> None:
    with np.load(models["five_landmarks"], allow_pickle=False) as parameters:
        shallow = dict(parameters) | {"left": parameters["left"][..., :7]}

    with pytest.raises(WeightsCorruptError, match="15 splits, found 7"):
        RegressionTreeLandmarker(shallow)
