from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.geometry import Points, apply_transform
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.core.pose import Pose, estimate_pose

FRONTAL: Points = np.array(
    [(0.7, 0.0), (0.3, 0.0), (-0.7, 0.0), (-0.3, 0.0), (0.0, 0.765)], np.float32
)
"""Eye corners and nose base of a level frontal face, in eye distances."""

FRONTAL_EYES: Points = np.array(
    [(-0.5, 0.0), (0.5, 0.0), (0.0, 0.596), (-0.4, 1.0), (0.4, 1.0)], np.float32
)
"""Eyes, nose tip and mouth corners of the same face."""

LEVEL = {
    LandmarkScheme.EYE_CORNERS_NOSE_BASE: FRONTAL,
    LandmarkScheme.EYES_NOSE_MOUTH_CORNERS: FRONTAL_EYES,
    LandmarkScheme.EYES_NOSE_MOUTH: np.vstack([FRONTAL_EYES[:3], [(0.0, 1.0)]]).astype(np.float32),
}


def pose_of(points: Points) -> Pose:
    """Measure eye corners and a nose base."""
    return estimate_pose(Landmarks(points, LandmarkScheme.EYE_CORNERS_NOSE_BASE))


def moved(points: Points, *, degrees: float, scale: float, x: float, y: float) -> Points:
    """Turn clockwise as one sees it in an image, scale and shift."""
    c, s = scale * np.cos(np.radians(degrees)), scale * np.sin(np.radians(degrees))
    return apply_transform(np.array([[c, -s, x], [s, c, y]]), points)


def with_nose_at(x: float, y: float) -> Points:
    return np.vstack([FRONTAL[:4], np.array([(x, y)], np.float32)])


@pytest.mark.parametrize("scheme", LandmarkScheme)
def test_an_upright_frontal_face_is_the_origin_whatever_is_marked(scheme: LandmarkScheme) -> None:
    pose = estimate_pose(Landmarks(LEVEL[scheme], scheme))

    assert (pose.roll_deg, pose.yaw, pose.pitch) == pytest.approx((0, 0, 0), abs=1e-6)


def test_a_head_that_leans_clockwise_rolls_positively() -> None:
    right_eye_lower = FRONTAL.copy()
    right_eye_lower[:2, 1] += 0.2

    assert pose_of(right_eye_lower).roll_deg > 0


def test_a_nose_to_the_right_in_the_image_yaws_positively() -> None:
    assert pose_of(with_nose_at(0.3, 0.765)).yaw == pytest.approx(0.3)
    assert pose_of(with_nose_at(-0.3, 0.765)).yaw == pytest.approx(-0.3)


def test_a_nose_further_below_the_eyes_pitches_positively() -> None:
    assert pose_of(with_nose_at(0, 0.965)).pitch == pytest.approx(0.2)
    assert pose_of(with_nose_at(0, 0.565)).pitch == pytest.approx(-0.2)


@pytest.mark.parametrize("scheme", LandmarkScheme)
def test_every_scheme_measures_the_same_turn(scheme: LandmarkScheme) -> None:
    points = LEVEL[scheme].copy()
    points[4 if scheme is LandmarkScheme.EYE_CORNERS_NOSE_BASE else 2] += (0.3, -0.2)

    pose = estimate_pose(Landmarks(points, scheme))

    assert (pose.roll_deg, pose.yaw, pose.pitch) == pytest.approx((0, 0.3, -0.2), abs=1e-6)


@given(
    nose=st.tuples(st.floats(-0.5, 0.5), st.floats(0.2, 0.9)),
    degrees=st.floats(-179, 179),
    scale=st.floats(5, 500),
    x=st.floats(-1000, 1000),
    y=st.floats(-1000, 1000),
)
def test_turning_the_picture_adds_roll_and_where_and_how_large_it_is_changes_nothing(
    nose: tuple[float, float], degrees: float, scale: float, x: float, y: float
) -> None:
    points = with_nose_at(*nose)
    before = pose_of(points)

    after = pose_of(moved(points, degrees=degrees, scale=scale, x=x, y=y))

    assert after.roll_deg == pytest.approx(degrees, abs=0.05)
    assert (after.yaw, after.pitch) == pytest.approx((before.yaw, before.pitch), abs=1e-3)


def test_eyes_that_coincide_are_measured_without_dividing_by_zero() -> None:
    pose = pose_of(np.zeros((5, 2), np.float32))

    assert (pose.roll_deg, pose.yaw, pose.pitch) == pytest.approx((0, 0, -0.765))
