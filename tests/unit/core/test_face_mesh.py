from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.face_mesh import POINT_COUNT, FaceMesh
from tests.meshes import Look, mesh_of, photo_of

LEVEL = mesh_of(Look())

poses = st.builds(
    Look,
    yaw_deg=st.floats(-50, 50),
    pitch_deg=st.floats(-40, 40),
    roll_deg=st.floats(-180, 180),
    nearness=st.floats(0.2, 3),
    x=st.floats(-1, 2),
    y=st.floats(-1, 2),
)


def measures(mesh: FaceMesh) -> tuple[float, float, float]:
    return mesh.eye_openness, mesh.mouth_opening, mesh.mouth_width


@given(pose=poses)
def test_eyes_and_mouth_measure_the_same_however_the_head_is_turned_and_wherever_it_is(
    pose: Look,
) -> None:
    acting = replace(pose, shut=0.3, mouth=0.25, smile=1.15)
    facing = Look(shut=0.3, mouth=0.25, smile=1.15)

    assert measures(mesh_of(acting)) == pytest.approx(measures(mesh_of(facing)), rel=1e-3)


def test_eyes_that_close_measure_less_and_nothing_else_changes() -> None:
    closed = mesh_of(Look(shut=1.0))

    assert closed.eye_openness == pytest.approx(LEVEL.eye_openness / 2, rel=0.05)
    assert measures(closed)[1:] == pytest.approx(measures(LEVEL)[1:])


def test_the_gap_of_the_lips_is_measured_in_lengths_of_the_nose() -> None:
    assert mesh_of(Look(mouth=0.4)).mouth_opening == pytest.approx(0.4, abs=0.01)


def test_a_smile_widens_the_mouth() -> None:
    wider = mesh_of(Look(smile=1.2)).mouth_width

    assert wider == pytest.approx(1.2 * LEVEL.mouth_width)


def test_the_box_holds_every_point_and_no_more() -> None:
    box, points = LEVEL.box, LEVEL.points

    assert (box.left, box.top) == pytest.approx(tuple(points[:, :2].min(axis=0)))
    assert (box.right, box.bottom) == pytest.approx(tuple(points[:, :2].max(axis=0)))


def test_eye_corners_are_in_image_order() -> None:
    left, right = LEVEL.eye_corners

    assert left[0] < right[0]
    assert left[1] == pytest.approx(right[1])


@pytest.mark.parametrize("degrees", [15, 20, 30, 45])
def test_the_nose_of_a_head_that_turns_moves_out_of_the_plane_of_the_face(degrees: float) -> None:
    left, right = mesh_of(Look(yaw_deg=degrees)), mesh_of(Look(yaw_deg=-degrees))

    assert left.relief_against(LEVEL)[0] > 0.04
    assert right.relief_against(LEVEL)[0] < -0.04


def test_the_nose_of_a_head_that_nods_moves_up_and_down() -> None:
    down, up = mesh_of(Look(pitch_deg=15)), mesh_of(Look(pitch_deg=-15))

    assert down.relief_against(LEVEL)[1] > 0.03
    assert up.relief_against(LEVEL)[1] < -0.03


@given(
    yaw_deg=st.floats(-45, 45),
    pitch_deg=st.floats(-35, 35),
    roll_deg=st.floats(-90, 90),
    scale=st.floats(0.3, 3),
    shift=st.floats(-500, 500),
)
def test_a_flat_photo_shows_no_relief_however_it_is_moved_and_tilted(
    yaw_deg: float, pitch_deg: float, roll_deg: float, scale: float, shift: float
) -> None:
    tilted = photo_of(LEVEL, yaw_deg, pitch_deg, roll_deg)
    moved = FaceMesh((tilted.points * scale + shift).astype(np.float32), 1.0)

    assert np.abs(moved.relief_against(LEVEL)).max() < 0.02


def test_relief_does_not_depend_on_how_large_the_face_is() -> None:
    turned = mesh_of(Look(yaw_deg=25)).relief_against(LEVEL)

    closer = mesh_of(Look(yaw_deg=25, nearness=1.7)).relief_against(LEVEL)

    assert closer == pytest.approx(turned, abs=1e-4)


def test_what_is_not_a_number_has_no_relief_rather_than_some() -> None:
    points = mesh_of(Look(yaw_deg=25)).points.copy()
    points[7, 0] = np.nan
    broken = FaceMesh(points, 1.0)

    assert np.isnan(broken.relief_against(LEVEL)).all()
    assert np.isnan(LEVEL.relief_against(broken)).all()


def test_points_that_coincide_are_measured_without_dividing_by_zero() -> None:
    dot = FaceMesh(np.zeros((POINT_COUNT, 3), np.float32), 1.0)

    assert all(np.isfinite(measures(dot)))
