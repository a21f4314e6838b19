from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from mien.core.detection import Search
from mien.core.geometry import Box
from mien.core.image import Image
from mien.core.matching import Matcher
from mien.core.pose import Pose
from mien.core.quality import Quality
from mien.core.template import Embedding, EmbeddingPart
from mien.errors import ImageUnreadableError, InvalidRequestError
from mien.evaluation.embed_photos import embed_photos
from mien.evaluation.protocol import (
    Fold,
    Pair,
    PairProtocol,
    Person,
    Photo,
    PhotoFolder,
)

GOOD = Quality(
    sharpness=99, brightness=120, contrast=50, face_px=9, pose=Pose(0, 0, 0), visible_share=1
)


MATCHER = Matcher([EmbeddingPart("shades", "made up", dimension=2, weight=1.0)])


@dataclass(frozen=True, slots=True)
class Shade:
    """A face, as far as evaluation looks at it."""

    box: Box
    shade: int
    quality: Quality = GOOD


class FakeAnalyzer:
    """Sees a face in the middle of every photo that is not black; its shade is who it is."""

    def __init__(self) -> None:
        self.searches: list[Search] = []
        self._lock = threading.Lock()

    def detect(self, image: Image, search: Search) -> Sequence[Shade]:
        with self._lock:
            self.searches.append(search)
        shade = int(image.pixels[10, 10, 0])
        aside, central = Box.around(2, 2, 9), Box.around(10, 10, 9)
        return [Shade(aside, 255), Shade(central, shade)] if shade else []

    def embed(self, faces: Sequence[Shade]) -> list[Embedding]:
        return [np.array([face.shade, 100], np.float32) for face in faces]


def _protocol(root: Path, shades: dict[str, list[int]]) -> PairProtocol:
    """Write photos of these shades; one fold, in which neighbors are compared."""
    photos = []
    for name, own in shades.items():
        for number, shade in enumerate(own, start=1):
            photo = Photo(Person(name), f"{name}_{number}.png")
            file = root / photo.file
            PIL.Image.new("RGB", (20, 20), (shade, shade, shade)).save(file, "PNG")
            photos.append(photo)
    pairs = [
        Pair(first, second, genuine=first.person == second.person)
        for first, second in pairwise(photos)
    ]
    return PairProtocol(
        "shades", "made up", PhotoFolder(root), (Fold(tuple(pairs)),), identified=True
    )


def _ignore(_done: int, _total: int) -> None:
    pass


def test_photos_are_compared_by_their_places(tmp_path: Path) -> None:
    protocol = _protocol(tmp_path, {"Ada": [50, 60], "Cyd": [200]})
    found = embed_photos(protocol, FakeAnalyzer(), MATCHER, threads=1, progress=_ignore)
    (score,) = found.compare_rows(np.array([0]), np.array([2]))
    assert score == pytest.approx((50 * 200 + 100 * 100) / np.hypot(50, 100) / np.hypot(200, 100))
    gist = found.summarize(np.array([[0], [1], [2]]))
    assert np.allclose(gist.strengths[:, 0], np.log([np.hypot(s, 100) for s in (50, 60, 200)]))


def test_photos_without_a_face_are_missed(tmp_path: Path) -> None:
    protocol = _protocol(tmp_path, {"Ada": [50, 0], "Bob": [0], "Cyd": [150, 151]})
    steps: list[tuple[int, int]] = []
    analyzer = FakeAnalyzer()
    found = embed_photos(
        protocol,
        analyzer,
        MATCHER,
        threads=2,
        progress=lambda done, total: steps.append((done, total)),
    )
    assert [str(photo.person) for photo in found.acquired] == ["Ada", "Cyd", "Cyd"]
    assert found.missed == (Photo(Person("Ada"), "Ada_2.png"), Photo(Person("Bob"), "Bob_1.png"))
    assert found.people.tolist() == [0, 1, 1]
    assert found.embeddings.tolist() == [[50, 100], [150, 100], [151, 100]]
    assert found.qualities == (GOOD,) * 3
    assert found.central.tolist() == [True] * 3
    assert found.seen == 5
    assert steps == [(done, 5) for done in range(1, 6)]
    assert {search.min_face_px for search in analyzer.searches} == {64, 40}
    assert not any(search.largest_only for search in analyzer.searches)


def test_a_file_that_is_no_photo_is_named(tmp_path: Path) -> None:
    protocol = _protocol(tmp_path, {"Ada": [50, 60]})
    (tmp_path / "Ada_2.png").write_bytes(b"no photo")
    with pytest.raises(ImageUnreadableError, match=r"Ada_2\.png"):
        embed_photos(protocol, FakeAnalyzer(), MATCHER, threads=1, progress=_ignore)


def test_nothing_but_walls_cannot_be_evaluated(tmp_path: Path) -> None:
    protocol = _protocol(tmp_path, {"Ada": [0, 0]})
    with pytest.raises(InvalidRequestError, match="no face was found in any of 2 photos"):
        embed_photos(protocol, FakeAnalyzer(), MATCHER, threads=1, progress=_ignore)


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    protocol = _protocol(tmp_path, {"Ada": [50, 60]})
    (tmp_path / "Ada_1.png").unlink()
    with pytest.raises(ImageUnreadableError, match=r"Ada_1\.png cannot be read"):
        embed_photos(protocol, FakeAnalyzer(), MATCHER, threads=1, progress=_ignore)
