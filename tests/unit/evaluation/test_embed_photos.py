from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from mien.core.detection import Search
from mien.core.face import Face
from mien.core.geometry import Box
from mien.core.image import Image
from mien.core.pose import Pose
from mien.core.quality import Quality
from mien.core.template import Embedding, EmbeddingContract, normalize
from mien.errors import ImageUnreadableError, InvalidRequestError
from mien.evaluation.embed_photos import central_face, embed_photos, find_labelled
from mien.evaluation.lfw import Fold, Pair, PairProtocol, Person, Photo

GOOD = Quality(
    sharpness=99, brightness=120, contrast=50, face_px=9, pose=Pose(0, 0, 0), visible_share=1
)


def _face(center_x: float, center_y: float, side: float = 9, shade: int = 0) -> Face:
    chip = np.full((2, 2, 3), shade, dtype=np.uint8)
    box = Box.around(center_x, center_y, side)
    return Face(box, 1.0, np.zeros((5, 2), dtype=np.float32), GOOD, chip)


class FakeAnalyzer:
    """Sees a face in the middle of every photo that is not black; its shade is who it is."""

    contract = EmbeddingContract("fake", "fake", "fake", "fake", "fake", 2)

    def __init__(self) -> None:
        self.searches: list[Search] = []
        self._lock = threading.Lock()

    def detect(self, image: Image, search: Search) -> Sequence[Face]:
        with self._lock:
            self.searches.append(search)
        shade = int(image.pixels[10, 10, 0])
        return [_face(2, 2, shade=255), _face(10, 10, shade=shade)] if shade else []

    def detect_dominant(self, image: Image, min_face_px: float) -> Face:
        raise NotImplementedError

    def embed(self, faces: Sequence[Face]) -> list[Embedding]:
        return [normalize(np.array([face.chip[0, 0, 0], 100], np.float32)) for face in faces]


def _protocol(root: Path, shades: dict[str, list[int]]) -> PairProtocol:
    """Write photos of these shades; one fold, in which neighbors are compared."""
    photos = []
    for name, own in shades.items():
        for number, shade in enumerate(own, start=1):
            photo = Photo(Person(name), number)
            file = photo.path(root)
            file.parent.mkdir(parents=True, exist_ok=True)
            PIL.Image.new("RGB", (20, 20), (shade, shade, shade)).save(file, "PNG")
            photos.append(photo)
    return PairProtocol(root, (Fold(tuple(map(Pair, photos, photos[1:]))),))


def test_photos_without_a_face_are_missed(tmp_path: Path) -> None:
    protocol = _protocol(tmp_path, {"Ada": [50, 0], "Bob": [0], "Cyd": [150, 151]})
    steps: list[tuple[int, int]] = []
    analyzer = FakeAnalyzer()
    found = embed_photos(
        protocol, analyzer, threads=2, progress=lambda done, total: steps.append((done, total))
    )
    assert [str(photo.person) for photo in found.acquired] == ["Ada", "Cyd", "Cyd"]
    assert found.missed == (Photo(Person("Ada"), 2), Photo(Person("Bob"), 1))
    assert found.people.tolist() == [0, 1, 1]
    assert found.embeddings.shape == (3, 2)
    assert found.embeddings[0, 0] == pytest.approx(50 / np.hypot(50, 100))
    assert found.qualities == (GOOD,) * 3
    assert steps == [(done, 5) for done in range(1, 6)]
    assert {search.min_face_px for search in analyzer.searches} == {64, 40}
    assert not any(search.largest_only for search in analyzer.searches)


def test_a_file_that_is_no_photo_is_named(tmp_path: Path) -> None:
    protocol = _protocol(tmp_path, {"Ada": [50, 60]})
    protocol.photos[1].path(tmp_path).write_bytes(b"no photo")
    with pytest.raises(ImageUnreadableError, match=r"Ada_0002\.jpg"):
        embed_photos(protocol, FakeAnalyzer(), threads=1, progress=lambda _done, _total: None)


def test_nothing_but_walls_cannot_be_evaluated(tmp_path: Path) -> None:
    protocol = _protocol(tmp_path, {"Ada": [0, 0]})
    with pytest.raises(InvalidRequestError, match="no face was found in any of 2 photos"):
        embed_photos(protocol, FakeAnalyzer(), threads=1, progress=lambda _done, _total: None)


def test_the_labelled_person_is_the_one_in_the_middle() -> None:
    image = Image(np.zeros((100, 200, 3), dtype=np.uint8))
    left, middle, below = _face(20, 50), _face(110, 45), _face(100, 90)
    assert central_face(image, [left, middle, below]) is middle


class Crowd:
    """Finds whichever of its faces are large enough."""

    contract = FakeAnalyzer.contract

    def __init__(self, *faces: Face) -> None:
        self.faces = faces
        self.sizes: list[float] = []

    def detect(self, image: Image, search: Search) -> Sequence[Face]:  # noqa: ARG002
        self.sizes.append(search.min_face_px)
        return [face for face in self.faces if face.box.width >= search.min_face_px]

    def detect_dominant(self, image: Image, min_face_px: float) -> Face:
        raise NotImplementedError

    def embed(self, faces: Sequence[Face]) -> list[Embedding]:
        raise NotImplementedError


def test_small_faces_are_looked_for_where_no_large_one_covers_the_center() -> None:
    image = Image(np.zeros((250, 250, 3), dtype=np.uint8))
    aside, central, small = _face(50, 50, 90), _face(120, 130, 90), _face(126, 124, 45)
    both = Crowd(aside, central, small)
    assert find_labelled(image, both) is central
    assert both.sizes == [64]
    only_small = Crowd(aside, small)
    assert find_labelled(image, only_small) is small
    assert only_small.sizes == [64, 40]
    assert find_labelled(image, Crowd(aside)) is aside
    assert find_labelled(image, Crowd()) is None
