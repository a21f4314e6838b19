from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.face_mesh import POINT_COUNT, FaceMesh
from mien.core.image import Image
from mien.core.pose import HeadPose
from mien.inference.landmarks import head_pose
from mien.inference.landmarks.head_pose import estimate_head_pose
from tests.meshes import Look, mesh_of, photo_of, rotation_of

IMAGE = Image(np.zeros((480, 640, 3), np.uint8))
FOCAL_PX = 640.0


def seen(
    yaw_deg: float,
    pitch_deg: float,
    roll_deg: float,
    place_cm: tuple[float, float, float] = (0.0, 0.0, 50.0),
) -> FaceMesh:
    """Return what a camera sees of the canonical face that is turned as told."""
    model = np.zeros((POINT_COUNT, 3))
    model[head_pose._NUMBERS] = head_pose._MODEL
    turned = model @ rotation_of(yaw_deg, pitch_deg, roll_deg).T + place_cm
    points = turned.copy()
    points[:, :2] = turned[:, :2] / turned[:, 2:] * FOCAL_PX + (319.5, 239.5)
    return FaceMesh(points.astype(np.float32), 1.0)


def pose_of(mesh: FaceMesh) -> HeadPose:
    pose = estimate_head_pose(mesh, IMAGE)
    assert pose is not None
    return pose


@given(
    yaw_deg=st.floats(-60, 60),
    pitch_deg=st.floats(-45, 45),
    roll_deg=st.floats(-80, 80),
    place_cm=st.tuples(st.floats(-12, 12), st.floats(-8, 8), st.floats(30, 150)),
)
def test_a_known_rotation_is_found_again_wherever_the_head_is(
    yaw_deg: float, pitch_deg: float, roll_deg: float, place_cm: tuple[float, float, float]
) -> None:
    pose = pose_of(seen(yaw_deg, pitch_deg, roll_deg, place_cm))

    found = (pose.yaw_deg, pose.pitch_deg, pose.roll_deg)
    assert found == pytest.approx((yaw_deg, pitch_deg, roll_deg), abs=0.5)
    assert pose.distance == pytest.approx(place_cm[2], rel=0.02)


def test_a_nose_to_the_right_of_the_image_yaws_positively() -> None:
    mesh = seen(30, 0, 0)
    nose, eyes = mesh.points[1, 0], mesh.points[[33, 263], 0].mean()

    assert nose > eyes
    assert pose_of(mesh).yaw_deg == pytest.approx(30, abs=0.5)


def test_a_nose_that_points_down_pitches_positively() -> None:
    level, down = seen(0, 0, 0), seen(0, 20, 0)
    below = [mesh.points[1, 1] - mesh.points[[33, 263], 1].mean() for mesh in (level, down)]

    assert below[1] > below[0]
    assert pose_of(down).pitch_deg == pytest.approx(20, abs=0.5)


def test_a_head_that_leans_clockwise_in_the_image_rolls_positively() -> None:
    mesh = seen(0, 0, 25)

    assert mesh.points[263, 1] > mesh.points[33, 1]
    assert pose_of(mesh).roll_deg == pytest.approx(25, abs=0.5)


@pytest.mark.parametrize("yaw_deg", [-30, 0, 30])
def test_a_mirror_image_is_turned_to_the_other_side(yaw_deg: float) -> None:
    mesh = seen(yaw_deg, 10, 5)
    points = mesh.points.copy()
    for left, right in ((33, 263), (133, 362), (127, 356)):
        points[[left, right]] = points[[right, left]]
    points[:, 0] = 639 - points[:, 0]

    pose = pose_of(FaceMesh(points, 1.0))

    assert (pose.yaw_deg, pose.roll_deg) == pytest.approx((-yaw_deg, -5), abs=0.5)
    assert pose.pitch_deg == pytest.approx(10, abs=0.5)


@pytest.mark.parametrize(
    "look", [Look(shut=1), Look(mouth=0.6), Look(smile=1.3), Look(shut=1, mouth=0.4, smile=1.2)]
)
def test_no_expression_turns_the_head(look: Look) -> None:
    level, acting = pose_of(mesh_of(Look())), pose_of(mesh_of(look))

    assert acting == level


@pytest.mark.parametrize("tilt", [(30, 0), (-30, 0), (0, 30), (0, -30), (25, 25)])
def test_a_photo_that_is_tilted_hardly_turns(tilt: tuple[float, float]) -> None:
    level = seen(0, 0, 0)
    at_rest = pose_of(level)

    pose = pose_of(photo_of(level, *tilt, 0))

    assert abs(pose.yaw_deg - at_rest.yaw_deg) < 8
    assert abs(pose.pitch_deg - at_rest.pitch_deg) < 8


@given(noise=st.floats(0, 1000), seed=st.integers(0, 1000))
def test_points_that_are_no_face_have_a_pose_in_front_of_the_camera_or_none(
    noise: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(300, noise, (POINT_COUNT, 3)).astype(np.float32)

    pose = estimate_head_pose(FaceMesh(points, 1.0), IMAGE)

    if pose is not None:
        values = (pose.yaw_deg, pose.pitch_deg, pose.roll_deg, pose.distance)
        assert all(np.isfinite(values))
        assert pose.distance > 0


def test_points_that_are_no_numbers_have_no_pose() -> None:
    points = seen(0, 0, 0).points.copy()
    points[33] = np.nan

    assert estimate_head_pose(FaceMesh(points, 1.0), IMAGE) is None
