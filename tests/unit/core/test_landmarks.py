from __future__ import annotations

import numpy as np
import pytest

from mien.core.geometry import Points
from mien.core.landmarks import Landmarks, LandmarkScheme

LEFT_EYE, RIGHT_EYE, NOSE = (30.0, 40.0), (70.0, 42.0), (51.0, 65.0)
MOUTH_CORNERS = [(35.0, 80.0), (65.0, 82.0)]

MARKED = {
    LandmarkScheme.EYE_CORNERS_NOSE_BASE: [(80, 42), (60, 42), (20, 40), (40, 40), NOSE],
    LandmarkScheme.EYES_NOSE_MOUTH_CORNERS: [LEFT_EYE, RIGHT_EYE, NOSE, *MOUTH_CORNERS],
    LandmarkScheme.EYES_NOSE_MOUTH: [LEFT_EYE, RIGHT_EYE, NOSE, (50, 81)],
}
"""The same face as each scheme marks it."""


def marked(scheme: LandmarkScheme) -> Landmarks:
    points: Points = np.array(MARKED[scheme], np.float32)
    return Landmarks(points, scheme)


@pytest.mark.parametrize("scheme", LandmarkScheme)
def test_eyes_and_nose_are_the_same_whatever_is_marked(scheme: LandmarkScheme) -> None:
    landmarks = marked(scheme)

    assert landmarks.left_eye.tolist() == list(LEFT_EYE)
    assert landmarks.right_eye.tolist() == list(RIGHT_EYE)
    assert landmarks.nose.tolist() == list(NOSE)


@pytest.mark.parametrize("scheme", LandmarkScheme)
def test_left_and_right_are_the_images(scheme: LandmarkScheme) -> None:
    landmarks = marked(scheme)

    assert landmarks.left_eye[0] < landmarks.nose[0] < landmarks.right_eye[0]


@pytest.mark.parametrize("scheme", LandmarkScheme)
def test_what_is_derived_has_the_type_of_the_points(scheme: LandmarkScheme) -> None:
    landmarks = marked(scheme)

    for point in (landmarks.left_eye, landmarks.right_eye, landmarks.nose):
        assert point.dtype == np.float32
        assert point.shape == (2,)
