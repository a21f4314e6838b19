"""Everybody in a photo is read, and nobody is embedded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from mien.core.detection import Search
from mien.core.expression import Expression, ExpressionShares
from mien.core.face import Face
from mien.core.geometry import Box
from mien.core.image import Image
from mien.errors import ImageUnreadableError
from mien.service.read_expressions import ReadExpressions
from tests.unit.service.conftest import GOOD, LANDMARKS

IMAGE = Image(np.zeros((60, 80, 3), np.uint8))
FACE = Face(Box(0, 0, 40, 40), 0.9, LANDMARKS, GOOD, ())


def sure_of(expression: Expression) -> ExpressionShares:
    return ExpressionShares(tuple(float(other is expression) for other in Expression))


class FakeFinder:
    def __init__(self, *widths: float) -> None:
        self.faces = [replace(FACE, box=Box(0, 0, width, width)) for width in widths]
        self.searches: list[Search] = []

    def detect(self, image: Image, search: Search) -> Sequence[Face]:
        assert image is IMAGE
        self.searches.append(search)
        return self.faces


class FakeReader:
    """Takes large faces for happy, others for sad; remembers how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, image: Image, faces: Sequence[Face]) -> list[ExpressionShares]:
        assert image is IMAGE
        self.asked += 1
        words = (Expression.HAPPINESS, Expression.SADNESS)
        return [sure_of(words[face.box.width < 50]) for face in faces]


def decode(data: bytes, *, enough_px: int | None = None) -> Image:
    assert enough_px is None
    if data != b"photo":
        raise ImageUnreadableError("no photo")
    return IMAGE


def test_each_face_is_told_with_its_own_reading_and_all_at_once() -> None:
    finder, reader = FakeFinder(70, 45), FakeReader()
    found = ReadExpressions(decode, finder, reader)(b"photo")
    assert found.image is IMAGE
    assert [(each.face.box.width, each.expression.likeliest) for each in found.faces] == [
        (70, Expression.HAPPINESS),
        (45, Expression.SADNESS),
    ]
    assert reader.asked == 1
    assert finder.searches == [Search.everyone_in(IMAGE)]


def test_a_photo_without_a_face_is_no_error_and_nothing_is_read() -> None:
    reader = FakeReader()
    assert ReadExpressions(decode, FakeFinder(), reader)(b"photo").faces == ()
    assert reader.asked == 0


def test_pixels_that_were_decoded_before_are_read_alike() -> None:
    read = ReadExpressions(decode, FakeFinder(70), FakeReader())
    assert read.of_image(IMAGE) == read(b"photo")


def test_what_is_no_image_is_refused() -> None:
    with pytest.raises(ImageUnreadableError):
        ReadExpressions(decode, FakeFinder(70), FakeReader())(b"text")
