"""Every detector, with its real weights, on the same photos."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import cv2
import numpy as np
import pytest

from mien.core.detection import Detection, Search
from mien.core.geometry import Box, Points
from mien.core.image import Image, Pixels
from mien.core.landmarks import LandmarkScheme
from mien.inference import catalogue
from mien.inference.detection.blazeface import BlazeFaceDetector
from mien.inference.detection.mtcnn import MtcnnDetector
from mien.inference.detection.retinaface import RetinaFaceDetector
from mien.inference.detection.scrfd import ScrfdDetector
from mien.inference.detection.yunet import YuNetDetector
from mien.inference.model import Model
from mien.inference.pipeline import Detector
from mien.inference.runtime import Session
from tests.golden.downloads import load_downloaded

Makers = Mapping[str, tuple[Callable[..., Detector], tuple[Model, ...]]]

MAKERS: Makers = {
    "yunet": (YuNetDetector, (catalogue.YUNET,)),
    "retinaface": (RetinaFaceDetector, (catalogue.RETINAFACE,)),
    "scrfd": (ScrfdDetector, (catalogue.SCRFD,)),
    "blazeface": (BlazeFaceDetector, (catalogue.BLAZEFACE,)),
    "mtcnn": (
        MtcnnDetector,
        (catalogue.MTCNN_PNET, catalogue.MTCNN_RNET, catalogue.MTCNN_ONET),
    ),
}
far_sighted = pytest.mark.parametrize(
    "name", [name for name in MAKERS if name != "blazeface"], indirect=True
)
"""BlazeFace is made for selfies."""

SEARCH = Search(min_face_px=40)

FACES = {"astronaut": Box(180, 65, 270, 175), "grace_hopper": Box(176, 113, 358, 332)}
"""Where the faces are, by eye: from the middle of the forehead to the chin."""

POINTS: Mapping[str, Points] = {
    "astronaut": np.array([(204, 102), (247, 103), (223, 128), (203, 141), (243, 142)], np.float32),
    "grace_hopper": np.array(
        [(222, 191), (308, 189), (267, 238), (230, 277), (303, 276)], np.float32
    ),
}
"""Eyes, nose tip and mouth corners, by eye."""

TOLERANCE = {"yunet": 0.25, "retinaface": 0.15, "scrfd": 0.1, "blazeface": 0.25, "mtcnn": 0.1}
"""How far the worst landmark may be off, in distances between the eyes.

YuNet's are for the landmarker to refine; BlazeFace sees the whole image at 128 pixels.
"""


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Model], Session]:
    folder = tmp_path_factory.mktemp("downloaded")
    return lambda model: load_downloaded(model, folder)


@pytest.fixture(scope="module", params=list(MAKERS))
def name(request: pytest.FixtureRequest) -> str:
    """Each detector in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def detector(name: str, sessions: Callable[[Model], Session]) -> Detector:
    make, models = MAKERS[name]
    return make(*(sessions(model) for model in models))


@pytest.fixture(params=list(FACES))
def portrait(request: pytest.FixtureRequest) -> tuple[str, Pixels]:
    return request.param, np.asarray(request.getfixturevalue(request.param))


def find(detector: Detector, pixels: Pixels) -> Sequence[Detection]:
    return detector.detect(Image(np.ascontiguousarray(pixels)), SEARCH)


def marks_of(face: Detection) -> Points:
    assert face.landmarks is not None
    return face.landmarks.points


def expected_marks(points: Points, face: Detection) -> Points:
    """Return the five points, or the four that a detector with one point for the mouth marks."""
    assert face.landmarks is not None
    if face.landmarks.scheme is LandmarkScheme.EYES_NOSE_MOUTH_CORNERS:
        return points
    assert face.landmarks.scheme is LandmarkScheme.EYES_NOSE_MOUTH
    return np.vstack([points[:3], points[3:].mean(axis=0)]).astype(np.float32)


def assert_marked(face: Detection, points: Points, tolerance: float) -> None:
    """Hold all landmarks to a share of the distance between the eyes."""
    misses = np.linalg.norm(marks_of(face) - expected_marks(points, face), axis=1)
    assert misses.max() <= tolerance * np.linalg.norm(points[0] - points[1])


def test_a_portraits_face_is_found_once(detector: Detector, portrait: tuple[str, Pixels]) -> None:
    label, pixels = portrait

    (face,) = find(detector, pixels)

    assert face.box.intersection_over_union(FACES[label]) >= 0.6
    assert 0 < face.score <= 1


def test_landmarks_are_in_the_order_and_in_the_places_of_the_scheme(
    name: str, detector: Detector, portrait: tuple[str, Pixels]
) -> None:
    label, pixels = portrait

    (face,) = find(detector, pixels)

    assert_marked(face, POINTS[label], TOLERANCE[name])


def test_a_mirror_image_has_mirrored_landmarks(
    name: str, detector: Detector, portrait: tuple[str, Pixels]
) -> None:
    label, pixels = portrait
    (face,) = find(detector, pixels)
    (mirrored,) = find(detector, pixels[:, ::-1])

    points = (pixels.shape[1] - 1, 0) + marks_of(mirrored) * (-1, 1)
    back = points[[1, 0, 2, 4, 3][: len(points)] if len(points) == 5 else [1, 0, 2, 3]]

    misses = np.linalg.norm(back - marks_of(face), axis=1)
    assert misses.max() <= TOLERANCE[name] * np.linalg.norm(POINTS[label][0] - POINTS[label][1])


@pytest.mark.parametrize("degrees", [-15, 15])
def test_landmarks_turn_with_the_face(
    name: str, detector: Detector, astronaut: Pixels, degrees: float
) -> None:
    turn = cv2.getRotationMatrix2D((225, 120), degrees, 1.0)
    turned = np.asarray(cv2.warpAffine(astronaut, turn, (512, 512)), np.uint8)

    (face,) = find(detector, turned)

    points = (POINTS["astronaut"] @ turn[:, :2].T + turn[:, 2]).astype(np.float32)
    assert_marked(face, points, TOLERANCE[name] + 0.05)


@far_sighted
def test_a_small_face_in_a_large_image_is_found_where_it_is(
    name: str, detector: Detector, astronaut: Pixels
) -> None:
    canvas = np.full((1000, 1400, 3), 90, np.uint8)
    canvas[500:756, 900:1156] = cv2.resize(astronaut, (256, 256), interpolation=cv2.INTER_AREA)

    (face,) = find(detector, canvas)

    # Pixel centers: half of (x + 0.5), less 0.5.
    points = (POINTS["astronaut"] + 0.5) / 2 - 0.5 + (900, 500)
    assert_marked(face, points.astype(np.float32), TOLERANCE[name] + 0.05)


def test_faces_smaller_than_wanted_are_left_out(detector: Detector, astronaut: Pixels) -> None:
    assert detector.detect(Image(astronaut), Search(min_face_px=120)) == ()


def test_two_faces_side_by_side_come_largest_first(
    detector: Detector, astronaut: Pixels, grace_hopper: Pixels
) -> None:
    left, right = astronaut[:300, 75:375], grace_hopper[80:380, 115:415]
    faces = find(detector, np.hstack([left, right]))

    assert len(faces) == 2
    assert faces[0].box.area >= faces[1].box.area
    assert faces[0].box.center[0] > 300 > faces[1].box.center[0]


@pytest.mark.parametrize(
    ("rows", "columns", "corner"),
    [
        (slice(None), slice(190, None), (190, 0)),
        (slice(75, None), slice(None), (0, 75)),
        (slice(None), slice(262), (0, 0)),
        (slice(170), slice(None), (0, 0)),
        (slice(80, None), slice(195, None), (195, 80)),
    ],
    ids=["left", "top", "right", "bottom", "corner"],
)
def test_a_face_that_the_border_cuts_is_found(
    detector: Detector, astronaut: Pixels, rows: slice, columns: slice, corner: tuple[int, int]
) -> None:
    (face,) = find(detector, astronaut[rows, columns])

    x, y = face.box.center
    assert np.hypot(x + corner[0] - 225, y + corner[1] - 120) < 25


@pytest.mark.parametrize(
    ("width", "height"), [(1, 1), (40, 40), (13, 500), (3000, 50), (50, 3000), (1, 700), (255, 257)]
)
def test_no_size_is_too_odd_and_noise_is_no_face(
    detector: Detector, width: int, height: int
) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)

    assert find(detector, noise) == ()


@pytest.mark.parametrize("kind", ["black", "white", "ramp", "blobs", "noise"])
def test_no_face_is_seen_where_there_is_none(detector: Detector, kind: str) -> None:
    rng = np.random.default_rng(2)
    noise = rng.integers(0, 256, (480, 640, 3), dtype=np.uint8)
    ramp = np.linspace(0, 255, 640).astype(np.uint8)[None, :, None]
    pixels = {
        "black": np.zeros((480, 640, 3), np.uint8),
        "white": np.full((480, 640, 3), 255, np.uint8),
        "ramp": np.broadcast_to(ramp, (480, 640, 3)),
        "blobs": cv2.GaussianBlur(noise, (0, 0), 9),
        "noise": noise,
    }[kind]

    assert find(detector, np.asarray(pixels, np.uint8)) == ()


@far_sighted
def test_a_gray_face_that_nearly_fills_a_small_image_is_found(
    detector: Detector, astronaut: Pixels
) -> None:
    head = cv2.resize(astronaut[40:220, 130:310], (100, 100), interpolation=cv2.INTER_AREA)
    gray = cv2.cvtColor(head, cv2.COLOR_RGB2GRAY)

    (face,) = find(detector, np.repeat(gray[..., None], 3, axis=2))

    assert np.hypot(face.box.center[0] - 53, face.box.center[1] - 45) < 10


def test_the_detectors_agree_on_the_box(
    sessions: Callable[[Model], Session], portrait: tuple[str, Pixels]
) -> None:
    boxes = [
        find(make(*(sessions(model) for model in models)), portrait[1])[0].box
        for make, models in MAKERS.values()
    ]

    assert min(one.intersection_over_union(other) for one in boxes for other in boxes) >= 0.5
