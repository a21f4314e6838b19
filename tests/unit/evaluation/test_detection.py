from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.detection import Detection, Search
from mien.core.geometry import Box
from mien.core.image import Image
from mien.errors import InvalidRequestError
from mien.evaluation.detection import compare_detectors, locate_labelled, rate_detection
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.protocol import Person, Photo, PhotoFolder

MIDDLE = Box(30, 30, 70, 70)
BOXES = st.none() | st.builds(Box.around, st.floats(40, 60), st.floats(40, 60), st.floats(20, 60))


class Shades:
    """Sees what the photo's shade says: nothing, a face in the middle, or one beside it."""

    def detect(self, image: Image, search: Search) -> Sequence[Detection]:  # noqa: ARG002 the port's form
        shade = int(image.pixels[0, 0, 0])
        boxes = {0: [], 1: [MIDDLE], 2: [Box(0, 0, 40, 40)]}[shade]
        return [Detection(box, 1.0) for box in boxes]


def test_only_a_face_over_the_center_is_located(tmp_path: Path) -> None:
    photos = [Photo(Person("Ada"), f"{shade}.png") for shade in (0, 1, 2)]
    for shade, photo in enumerate(photos):
        PIL.Image.new("RGB", (100, 100), (shade, 0, 0)).save(tmp_path / photo.file)
    steps: list[tuple[int, int]] = []
    boxes = locate_labelled(
        photos,
        PhotoFolder(tmp_path),
        Shades(),
        threads=2,
        progress=lambda done, total: steps.append((done, total)),
    )
    assert boxes == (None, MIDDLE, None)
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_the_rate_counts_all_photos_that_were_looked_at(photos: EmbeddedPhotos) -> None:
    aside = np.arange(len(photos.acquired)) >= 6
    rate = rate_detection(replace(photos, central=aside))
    assert (rate.photos, rate.elsewhere, rate.none) == (480, 6, 4)
    assert rate.found.value == 470 / 480
    assert rate.found.low < rate.found.value < rate.found.high


def test_agreement_by_hand() -> None:
    half = Box(30, 30, 70, 50)  # IoU 0.5 with the middle
    third = Box(30, 30, 50, 57)  # a third
    found = compare_detectors(
        [MIDDLE, MIDDLE, MIDDLE, MIDDLE, None, None],
        [MIDDLE, half, third, None, MIDDLE, None],
    )
    assert (found.photos, found.both, found.only_first, found.only_second) == (6, 3, 1, 1)
    assert found.neither == 1
    assert found.same_face.value == pytest.approx(2 / 3)
    assert found.median_iou == 0.5


@given(st.lists(st.tuples(BOXES, BOXES), min_size=1).filter(lambda p: any(all(x) for x in p)))
def test_agreement_is_symmetric_and_counts_every_photo(
    pairs: list[tuple[Box | None, Box | None]],
) -> None:
    first, second = zip(*pairs, strict=True)
    one, other = compare_detectors(first, second), compare_detectors(second, first)
    assert one.same_face == other.same_face
    assert (one.only_first, one.neither) == (other.only_second, other.neither)
    assert one.both + one.only_first + one.only_second + one.neither == len(pairs)


def test_a_detector_agrees_with_itself() -> None:
    found = compare_detectors([MIDDLE, None], [MIDDLE, None])
    assert found.same_face.value == found.median_iou == 1


def test_detectors_that_never_meet_cannot_be_compared() -> None:
    with pytest.raises(InvalidRequestError, match="no photo in which both"):
        compare_detectors([MIDDLE, None], [None, MIDDLE])
