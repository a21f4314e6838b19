from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mien.core.detection import Detection, Search
from mien.core.face_mesh import FaceMesh
from mien.core.geometry import Box
from mien.core.image import Image
from mien.inference.landmarks.face_mesh import FaceMesher
from mien.inference.landmarks.tracker import MeshTracker
from mien.inference.runtime import Tensor
from tests.meshes import Look, mesh_of

IMAGE = Image(np.zeros((480, 640, 3), np.uint8))
FACE = Detection(Box(200, 100, 400, 350), 0.9)


class Marks:
    """Marks a face in every crop, as surely as it is told, one crop after another."""

    def __init__(self, *logits: float) -> None:
        self._logits = list(logits)
        points = mesh_of(Look(yaw_deg=12)).points
        self._points = (points - points.min(axis=0)) * np.float32(0.5)

    def run(self, values: npt.NDArray[np.generic]) -> Tensor:
        raise AssertionError(values.shape)

    def run_all(self, values: npt.NDArray[np.generic]) -> list[Tensor]:
        assert values.shape[0] == 1
        logit = np.array([[self._logits.pop(0)]], np.float32)
        return [self._points.reshape(1, -1), logit]


class Finds:
    """A detector that finds what it is told and counts how often it was asked."""

    def __init__(self, *found: Detection) -> None:
        self._found = found
        self.searches: list[Search] = []

    def detect(self, image: Image, search: Search) -> Sequence[Detection]:
        assert image is IMAGE
        self.searches.append(search)
        return self._found


def before() -> FaceMesh:
    return mesh_of(Look())


def test_the_detector_is_asked_where_there_was_no_face_before() -> None:
    detector = Finds(FACE)

    tracked = MeshTracker((detector,), FaceMesher(Marks(5.0))).track(IMAGE, None)

    assert tracked is not None
    mesh, pose = tracked
    assert mesh.presence > 0.99
    assert pose.yaw_deg > 5
    (search,) = detector.searches
    assert search == Search(min_face_px=48, largest_only=True)


def test_the_detector_is_left_alone_while_the_face_stays() -> None:
    detector = Finds(FACE)
    tracker = MeshTracker((detector,), FaceMesher(Marks(5.0, 5.0, 5.0)))
    mesh: FaceMesh | None = before()

    for _ in range(3):
        tracked = tracker.track(IMAGE, mesh)
        assert tracked is not None
        mesh = tracked[0]

    assert not detector.searches


def test_a_face_that_left_its_place_is_looked_for_anew() -> None:
    detector = Finds(FACE)

    tracked = MeshTracker((detector,), FaceMesher(Marks(-5.0, 5.0))).track(IMAGE, before())

    assert tracked is not None
    assert len(detector.searches) == 1


def test_the_next_detector_is_asked_where_the_first_finds_nothing() -> None:
    first, second = Finds(), Finds(FACE)

    assert MeshTracker((first, second), FaceMesher(Marks(5.0))).track(IMAGE, None) is not None
    assert len(first.searches) == len(second.searches) == 1


def test_where_nobody_is_there_is_none() -> None:
    assert MeshTracker((Finds(),), FaceMesher(Marks())).track(IMAGE, None) is None
    assert MeshTracker((), FaceMesher(Marks())).track(IMAGE, None) is None


def test_what_a_detector_took_for_a_face_and_the_network_does_not_is_none() -> None:
    assert MeshTracker((Finds(FACE),), FaceMesher(Marks(-5.0))).track(IMAGE, None) is None


def test_a_face_without_a_pose_is_none() -> None:
    class Nowhere(Marks):
        def run_all(self, values: npt.NDArray[np.generic]) -> list[Tensor]:
            points, logit = super().run_all(values)
            return [np.full_like(points, np.nan), logit]

    assert MeshTracker((Finds(FACE),), FaceMesher(Nowhere(5.0))).track(IMAGE, None) is None
