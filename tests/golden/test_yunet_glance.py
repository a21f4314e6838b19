"""YuNet's glance at a photo of which only the largest face is wanted, with its real weights."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from mien.core.detection import Detection, Search
from mien.core.image import Image, Pixels
from mien.inference import catalogue
from mien.inference.detection.yunet import YuNetDetector
from mien.inference.runtime import Session, Tensor
from tests.golden.downloads import load_downloaded
from tests.golden.test_detectors import FACES
from tests.support import altered

SEARCH = Search(min_face_px=40)
LARGEST = Search(min_face_px=40, largest_only=True)


class Watched:
    """A network that tells how wide the pictures were that it was shown."""

    def __init__(self, network: Session) -> None:
        self._network = network
        self.widths: list[int] = []

    def run(self, values: npt.NDArray[np.generic]) -> Tensor:
        (output,) = self.run_all(values)
        return output

    def run_all(self, values: npt.NDArray[np.generic]) -> list[Tensor]:
        self.widths.append(values.shape[2])
        return self._network.run_all(values)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return load_downloaded(catalogue.YUNET, tmp_path_factory.mktemp("downloaded"))


@pytest.fixture
def network(session: Session) -> Watched:
    return Watched(session)


def find(network: Watched, pixels: Pixels, search: Search) -> tuple[Detection, ...]:
    return YuNetDetector(network).detect(Image(np.ascontiguousarray(pixels)), search)


@pytest.mark.parametrize("label", FACES)
@pytest.mark.parametrize("enlarged", [1, 3])
def test_it_is_enough_for_a_portrait(
    network: Watched, request: pytest.FixtureRequest, label: str, enlarged: int
) -> None:
    portrait = np.asarray(request.getfixturevalue(label))
    size = (portrait.shape[1] * enlarged, portrait.shape[0] * enlarged)
    pixels = np.asarray(cv2.resize(portrait, size, interpolation=cv2.INTER_CUBIC), np.uint8)

    (glanced,) = find(network, pixels, LARGEST)
    (looked_at,) = find(network, pixels, SEARCH)

    first, *others = network.widths
    assert first <= 160
    assert len(others) == 1
    assert glanced.box.intersection_over_union(looked_at.box) >= 0.6


@pytest.mark.parametrize("label", FACES)
@pytest.mark.parametrize("seed", range(4))
def test_it_shows_the_face_of_other_takes_too(
    network: Watched, request: pytest.FixtureRequest, label: str, seed: int
) -> None:
    pixels = altered(np.asarray(request.getfixturevalue(label)), seed)

    (glanced,) = find(network, pixels, LARGEST)
    (looked_at,) = find(network, pixels, SEARCH)

    assert glanced.box.intersection_over_union(looked_at.box) >= 0.6


def test_a_small_face_in_a_large_photo_takes_a_second_look(
    network: Watched, astronaut: Pixels
) -> None:
    canvas = np.full((1000, 1400, 3), 90, np.uint8)
    canvas[500:756, 900:1156] = cv2.resize(astronaut, (256, 256), interpolation=cv2.INTER_AREA)

    (face,) = find(network, canvas, LARGEST)

    assert np.hypot(face.box.center[0] - 1012, face.box.center[1] - 560) < 12
    assert len(network.widths) == 2


def test_two_people_side_by_side_are_both_found(
    network: Watched, astronaut: Pixels, grace_hopper: Pixels
) -> None:
    """Nobody dominates: whoever asks for the one face must be told of both."""
    hers = cv2.resize(grace_hopper, None, fx=0.52, fy=0.52, interpolation=cv2.INTER_AREA)
    left, right = astronaut[:260, 100:340], hers[:260, 15:255]

    faces = find(network, np.hstack([left, right]), LARGEST)

    assert len(faces) == 2
    assert {face.box.center[0] > 240 for face in faces} == {False, True}


@pytest.mark.parametrize("kind", ["black", "ramp", "blobs", "noise"])
def test_no_face_is_seen_where_there_is_none(network: Watched, kind: str) -> None:
    noise = np.random.default_rng(2).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    ramp = np.linspace(0, 255, 640).astype(np.uint8)[None, :, None]
    pixels = {
        "black": np.zeros((480, 640, 3), np.uint8),
        "ramp": np.broadcast_to(ramp, (480, 640, 3)),
        "blobs": cv2.GaussianBlur(noise, (0, 0), 9),
        "noise": noise,
    }[kind]

    assert find(network, np.asarray(pixels, np.uint8), LARGEST) == ()
