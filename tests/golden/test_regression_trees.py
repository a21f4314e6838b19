from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from mien.core.detection import Detection
from mien.core.geometry import Box, Points
from mien.core.image import Image, Pixels
from mien.inference.landmarks.regression_trees import RegressionTreeLandmarker
from tests.golden.conftest import Dlib


@pytest.fixture(scope="module")
def landmarker(models: Mapping[str, Path]) -> RegressionTreeLandmarker:
    with np.load(models["five_landmarks"], allow_pickle=False) as parameters:
        return RegressionTreeLandmarker(parameters)


def locate(landmarker: RegressionTreeLandmarker, pixels: Pixels, box: Box) -> Points:
    return landmarker.locate(Image(pixels), Detection(box, score=1.0)).points


def whole(box: Box) -> Box:
    """Round to whole pixels: dlib's boxes have no others."""
    return Box(*(float(round(edge)) for edge in (box.left, box.top, box.right, box.bottom)))


def test_around_a_face_they_are_dlibs(
    landmarker: RegressionTreeLandmarker, reference: Dlib, photo: Pixels, dlib_face: Box
) -> None:
    rng = np.random.default_rng(1)
    (x, y), width = dlib_face.center, dlib_face.width
    boxes = [dlib_face]
    for _ in range(100):
        dx, dy, growth = rng.uniform(-0.2, 0.2, 3)
        boxes.append(whole(Box.around(x + dx * width, y + dy * width, width * (1 + growth))))

    differences = np.array(
        [
            np.abs(locate(landmarker, photo, box) - reference.landmarks(photo, box).points).max()
            for box in boxes
        ]
    )

    # dlib rounds to whole pixels. A few boxes lie so badly that which pixel is the nearest
    # hangs on the last bit of a float, and the trees then go another way.
    assert differences[0] <= 0.51
    assert (differences <= 0.51).mean() > 0.9


@pytest.mark.parametrize(
    "box",
    [
        pytest.param(Box(-40, -40, 81, 81), id="top left corner"),
        pytest.param(Box(452, 452, 573, 573), id="bottom right corner"),
        pytest.param(Box(-30, 100, 91, 221), id="left edge"),
        pytest.param(Box(150, -50, 291, 91), id="top edge"),
        pytest.param(Box(412, 50, 592, 230), id="right edge"),
        pytest.param(Box(60, 422, 240, 602), id="bottom edge"),
    ],
)
def test_of_a_box_that_leaves_the_image_they_are_dlibs(
    landmarker: RegressionTreeLandmarker, reference: Dlib, photo: Pixels, box: Box
) -> None:
    square = photo[:512]

    found = locate(landmarker, square, box)

    assert np.abs(found - reference.landmarks(square, box).points).max() <= 1
