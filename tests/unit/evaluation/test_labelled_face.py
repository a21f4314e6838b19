from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from mien.core.detection import Detection, Search
from mien.core.geometry import Box
from mien.core.image import Image
from mien.evaluation.labelled_face import central_face, covers_center, find_labelled, surround_crop


def _face(center_x: float, center_y: float, side: float = 9) -> Detection:
    return Detection(Box.around(center_x, center_y, side), 1.0)


class Crowd:
    """Finds whichever of its faces are large enough."""

    def __init__(self, *faces: Detection) -> None:
        self.faces = faces
        self.sizes: list[float] = []

    def detect(self, image: Image, search: Search) -> Sequence[Detection]:  # noqa: ARG002 the port's form
        self.sizes.append(search.min_face_px)
        return [face for face in self.faces if face.box.width >= search.min_face_px]


def _image(width: int, height: int) -> Image:
    pixels = np.arange(width * height * 3, dtype=np.uint32).reshape(height, width, 3)
    return Image((pixels % 251).astype(np.uint8))


def test_the_labelled_person_is_the_one_in_the_middle() -> None:
    left, middle, below = _face(20, 50), _face(110, 45), _face(100, 90)
    assert central_face(_image(200, 100), [left, middle, below]) is middle


def test_small_faces_are_looked_for_where_no_large_one_covers_the_center() -> None:
    image = _image(250, 250)
    aside, central, small = _face(50, 50, 90), _face(120, 130, 90), _face(126, 124, 45)
    both = Crowd(aside, central, small)
    assert find_labelled(image, both) is central
    assert both.sizes == [64]
    only_small = Crowd(aside, small)
    assert find_labelled(image, only_small) is small
    assert only_small.sizes == [64, 40]
    assert find_labelled(image, Crowd(aside)) is aside
    assert find_labelled(image, Crowd()) is None


def test_a_face_covers_the_center_only_when_it_lies_inside() -> None:
    image = _image(100, 100)
    assert covers_center(Box(40, 40, 60, 60), image)
    assert not covers_center(Box(50, 40, 60, 60), image)
    assert not covers_center(Box(40, 51, 60, 60), image)


@pytest.mark.parametrize(("width", "height"), [(112, 112), (96, 112)])
def test_an_aligned_crop_gets_a_border_that_repeats_its_edge(width: int, height: int) -> None:
    crop = _image(width, height)
    around = surround_crop(crop)
    assert (around.width, around.height) == (width + 112, height + 112)
    assert np.array_equal(around.pixels[56:-56, 56:-56], crop.pixels)
    assert np.all(around.pixels[:56, 56] == crop.pixels[0, 0])
    assert np.all(around.pixels[-1, -56:] == crop.pixels[-1, -1])


def test_a_photo_is_left_as_it_is() -> None:
    photo = _image(250, 250)
    assert surround_crop(photo) is photo
