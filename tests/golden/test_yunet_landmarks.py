"""YuNet's second look, with its real weights: it is what a face's chip is cut out by."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from mien.core.detection import Detection, Search
from mien.core.geometry import Box, Points
from mien.core.image import Image, Pixels
from mien.core.landmarks import Landmarks, LandmarkScheme
from mien.inference import catalogue
from mien.inference.detection.yunet import YuNetDetector, YuNetLandmarker
from mien.inference.runtime import Session
from tests.golden.downloads import load_downloaded
from tests.golden.test_detectors import FACES, POINTS

SEARCH = Search(min_face_px=40)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return load_downloaded(catalogue.YUNET, tmp_path_factory.mktemp("downloaded"))


@pytest.fixture(scope="module")
def detector(session: Session) -> YuNetDetector:
    return YuNetDetector(session)


@pytest.fixture(scope="module")
def landmarker(session: Session) -> YuNetLandmarker:
    return YuNetLandmarker(session)


@pytest.fixture(params=list(FACES))
def portrait(request: pytest.FixtureRequest) -> tuple[str, Pixels]:
    return request.param, np.asarray(request.getfixturevalue(request.param))


def locate(
    landmarker: YuNetLandmarker, detector: YuNetDetector, pixels: Pixels
) -> tuple[Points, Points]:
    """Return the marks of the one face by the first look and by the second."""
    image = Image(np.ascontiguousarray(pixels))
    (seen,) = detector.detect(image, SEARCH)
    landmarks = landmarker.locate(image, seen)
    assert seen.landmarks is not None
    assert landmarks is not None
    return seen.landmarks.points, landmarks.points


def turn(
    pixels: Pixels, degrees: float, center: tuple[float, float]
) -> tuple[Pixels, npt.NDArray[np.float64]]:
    matrix = np.asarray(cv2.getRotationMatrix2D(center, degrees, 1.0), np.float64)
    size = (pixels.shape[1], pixels.shape[0])
    turned = cv2.warpAffine(pixels, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, np.uint8), matrix


def furthest(points: Points, expected: npt.NDArray[np.floating], eyes: Points) -> float:
    """Return how far the worst point is off, in distances between the eyes."""
    worst = np.linalg.norm(points - expected, axis=1).max()
    return float(worst / np.linalg.norm(eyes[0] - eyes[1]))


def off(points: Points, expected: npt.NDArray[np.floating], eyes: Points) -> float:
    """Return how far the points are off in the mean, in distances between the eyes."""
    mean = np.linalg.norm(points - expected, axis=1).mean()
    return float(mean / np.linalg.norm(eyes[0] - eyes[1]))


def test_the_marks_are_where_they_are_by_eye(
    landmarker: YuNetLandmarker, detector: YuNetDetector, portrait: tuple[str, Pixels]
) -> None:
    label, pixels = portrait

    _, points = locate(landmarker, detector, pixels)

    assert furthest(points, POINTS[label], POINTS[label]) < 0.15


@pytest.mark.parametrize("degrees", [-20, -10, 10, 20])
def test_marks_turn_with_the_photo(
    landmarker: YuNetLandmarker,
    detector: YuNetDetector,
    portrait: tuple[str, Pixels],
    degrees: float,
) -> None:
    label, pixels = portrait
    _, upright = locate(landmarker, detector, pixels)
    turned, matrix = turn(pixels, degrees, FACES[label].center)

    _, points = locate(landmarker, detector, turned)

    assert off(points, upright @ matrix[:, :2].T + matrix[:, 2], upright) < 0.07


@pytest.mark.parametrize("degrees", [-35, -20, -10, 10, 20, 35])
def test_the_second_look_takes_away_a_third_of_what_turning_did_to_the_first(
    landmarker: YuNetLandmarker,
    detector: YuNetDetector,
    portrait: tuple[str, Pixels],
    degrees: float,
) -> None:
    label, pixels = portrait
    turned, matrix = turn(pixels, degrees, FACES[label].center)
    upright = locate(landmarker, detector, pixels)
    found = locate(landmarker, detector, turned)

    first, second = (
        off(points, before @ matrix[:, :2].T + matrix[:, 2], before)
        for points, before in zip(found, upright, strict=True)
    )

    assert second < first * 2 / 3


def test_a_mirror_image_has_mirrored_marks(
    landmarker: YuNetLandmarker, detector: YuNetDetector, portrait: tuple[str, Pixels]
) -> None:
    """It looks both ways, so that no side is preferred."""
    _, pixels = portrait
    _, points = locate(landmarker, detector, pixels)
    _, mirrored = locate(landmarker, detector, pixels[:, ::-1])

    back = ((pixels.shape[1] - 1, 0) + mirrored * (-1, 1))[[1, 0, 2, 4, 3]]

    assert furthest(points, back, points) < 0.06


def test_a_box_is_enough(
    landmarker: YuNetLandmarker, detector: YuNetDetector, portrait: tuple[str, Pixels]
) -> None:
    """For detectors that mark no eyes, such as MMOD."""
    label, pixels = portrait
    _, points = locate(landmarker, detector, pixels)

    found = landmarker.locate(Image(pixels), Detection(FACES[label], 1.0))

    assert found is not None
    assert furthest(found.points, points, points) < 0.08


@pytest.mark.parametrize("shift_px", [-6, 6])
def test_where_exactly_the_first_look_saw_the_face_matters_little(
    landmarker: YuNetLandmarker,
    detector: YuNetDetector,
    portrait: tuple[str, Pixels],
    shift_px: float,
) -> None:
    _, pixels = portrait
    (seen,) = detector.detect(Image(pixels), SEARCH)
    assert seen.landmarks is not None
    shifted = Landmarks(seen.landmarks.points + np.float32(shift_px), seen.landmarks.scheme)

    one, other = (
        landmarker.locate(Image(pixels), Detection(seen.box, seen.score, marks))
        for marks in (seen.landmarks, shifted)
    )

    assert one is not None
    assert other is not None
    assert off(other.points, one.points, one.points) < 0.06


def test_what_is_no_face_keeps_the_marks_that_it_came_with(
    landmarker: YuNetLandmarker,
) -> None:
    points = np.array([(40, 40), (80, 40), (60, 60), (45, 80), (75, 80)], np.float32)
    wall = Image(np.full((200, 200, 3), 120, np.uint8))
    marks = Landmarks(points, LandmarkScheme.EYES_NOSE_MOUTH_CORNERS)

    assert landmarker.locate(wall, Detection(Box(20, 20, 100, 100), 0.7, marks)) is marks
    assert landmarker.locate(wall, Detection(Box(20, 20, 100, 100), 0.7)) is None
