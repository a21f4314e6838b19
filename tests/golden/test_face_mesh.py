"""The face mesh with its real weights, on the two portraits."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from mien.core.detection import Detection
from mien.core.face_mesh import FaceMesh
from mien.core.geometry import Box
from mien.core.image import Image, Pixels
from mien.core.pose import HeadPose
from mien.inference import catalogue
from mien.inference.landmarks.face_mesh import FaceMesher
from mien.inference.landmarks.head_pose import estimate_head_pose
from tests.golden.downloads import load_downloaded
from tests.golden.test_detectors import FACES, POINTS


def shape_change(before: FaceMesh, after: FaceMesh) -> float:
    """Return how far points moved on the face itself, root mean square, in mean radii (Kabsch)."""
    first, second = (shape_of(mesh) for mesh in (before, after))
    left, _, right = np.linalg.svd(first.T @ second)
    rotation = (left * (1.0, 1.0, np.sign(np.linalg.det(left @ right)))) @ right
    return float(np.sqrt(((first @ rotation - second) ** 2).sum(axis=1).mean()))


def shape_of(mesh: FaceMesh) -> npt.NDArray[np.float64]:
    centered = mesh.points.astype(np.float64) - mesh.points.mean(axis=0)
    return np.asarray(centered / np.linalg.norm(centered, axis=1).mean(), dtype=np.float64)


@pytest.fixture(scope="module")
def mesher(tmp_path_factory: pytest.TempPathFactory) -> FaceMesher:
    return FaceMesher(load_downloaded(catalogue.FACE_MESH, tmp_path_factory.mktemp("downloaded")))


@pytest.fixture(params=list(FACES))
def portrait(request: pytest.FixtureRequest) -> tuple[str, Pixels]:
    return request.param, np.asarray(request.getfixturevalue(request.param))


def settle(mesher: FaceMesher, pixels: Pixels, seen: Detection | FaceMesh) -> FaceMesh:
    """Mark a face as a stream does: from where it was a frame ago."""
    image = Image(np.ascontiguousarray(pixels))
    mesh = mesher.mark(image, seen)
    for _ in range(3):
        mesh = mesher.mark(image, mesh)
    return mesh


def mark(mesher: FaceMesher, label: str, pixels: Pixels) -> FaceMesh:
    return settle(mesher, pixels, Detection(FACES[label], 1.0))


def pose_of(mesh: FaceMesh, pixels: Pixels) -> HeadPose:
    pose = estimate_head_pose(mesh, Image(np.ascontiguousarray(pixels)))
    assert pose is not None
    return pose


def test_the_points_are_where_they_are_by_eye(
    mesher: FaceMesher, portrait: tuple[str, Pixels]
) -> None:
    label, pixels = portrait

    mesh = mark(mesher, label, pixels)

    left, right = mesh.points[[33, 133], :2].mean(0), mesh.points[[362, 263], :2].mean(0)
    found = np.vstack([left, right, mesh.points[[4, 61, 291], :2]])
    eyes_px = float(np.linalg.norm(POINTS[label][0] - POINTS[label][1]))
    assert np.linalg.norm(found - POINTS[label], axis=1).max() < 0.15 * eyes_px
    assert mesh.presence > 0.99


def test_both_look_with_open_eyes(mesher: FaceMesher, portrait: tuple[str, Pixels]) -> None:
    assert 0.2 < mark(mesher, *portrait).eye_openness < 0.45


def test_the_astronaut_shows_teeth_and_the_admiral_does_not(
    mesher: FaceMesher, astronaut: Pixels, grace_hopper: Pixels
) -> None:
    smiling = mark(mesher, "astronaut", astronaut)
    serious = mark(mesher, "grace_hopper", grace_hopper)

    assert smiling.mouth_width > serious.mouth_width + 0.05
    assert smiling.mouth_opening > serious.mouth_opening


@pytest.mark.parametrize("degrees", [-30, -15, 15, 30])
def test_a_photo_that_is_turned_rolls_and_neither_turns_nor_changes_its_shape(
    mesher: FaceMesher, portrait: tuple[str, Pixels], degrees: float
) -> None:
    """OpenCV turns counterclockwise, `HeadPose` is positive clockwise."""
    label, pixels = portrait
    box, (height, width) = FACES[label], pixels.shape[:2]
    matrix = np.asarray(cv2.getRotationMatrix2D(box.center, -degrees, 1.0), np.float64)
    turned: npt.NDArray[np.uint8] = np.asarray(
        cv2.warpAffine(pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
    level, rolled = mark(mesher, label, pixels), mark(mesher, label, turned)
    before, after = pose_of(level, pixels), pose_of(rolled, turned)

    assert after.roll_deg - before.roll_deg == pytest.approx(degrees, abs=4)
    assert shape_change(level, rolled) < 0.06
    assert abs(rolled.relief_against(level)).max() < 0.02


def test_a_mirror_image_is_turned_to_the_other_side(
    mesher: FaceMesher, portrait: tuple[str, Pixels]
) -> None:
    label, pixels = portrait
    box, mirrored = FACES[label], np.ascontiguousarray(pixels[:, ::-1])
    last = pixels.shape[1] - 1
    there = Box(last - box.right, box.top, last - box.left, box.bottom)

    before = pose_of(mark(mesher, label, pixels), pixels)
    after = pose_of(settle(mesher, mirrored, Detection(there, 1.0)), mirrored)

    assert after.yaw_deg == pytest.approx(-before.yaw_deg, abs=3)
    assert after.roll_deg == pytest.approx(-before.roll_deg, abs=2)
    assert after.pitch_deg == pytest.approx(before.pitch_deg, abs=3)


def test_where_exactly_the_face_was_seen_matters_little(
    mesher: FaceMesher, portrait: tuple[str, Pixels]
) -> None:
    label, pixels = portrait
    box = FACES[label]
    aside = Box(box.left + 0.12 * box.width, box.top, box.right + 0.12 * box.width, box.bottom - 5)

    one = mark(mesher, label, pixels)
    other = settle(mesher, pixels, Detection(aside, 1.0))

    assert shape_change(one, other) < 0.02
    assert np.abs(one.points - other.points).max() < 0.06 * box.width


def test_a_wall_is_no_face(mesher: FaceMesher) -> None:
    rng = np.random.default_rng(1)
    wall = rng.integers(90, 110, (300, 300, 3)).astype(np.uint8)

    assert mesher.mark(Image(wall), Detection(Box(80, 80, 220, 220), 1.0)).presence < 0.1
