from __future__ import annotations

import io
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import PIL.Image
import pytest

from mien.core.quality import QualityLimits
from mien.evaluation.assess import Assessment
from mien.evaluation.curves import Curves, ErrorCurve, trace_curves
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.plots import Picture, draw_pictures
from mien.evaluation.protocol import PairProtocol


@pytest.fixture(scope="module")
def curves(protocol: PairProtocol, photos: EmbeddedPhotos, assessment: Assessment) -> Curves:
    return trace_curves(protocol, photos, assessment, QualityLimits())


@pytest.fixture(scope="module")
def pictures(curves: Curves, assessment: Assessment) -> list[Picture]:
    return list(draw_pictures(curves, assessment))


def _corner(png: bytes) -> tuple[int, ...]:
    pixel = PIL.Image.open(io.BytesIO(png)).convert("RGB").getpixel((2, 2))
    assert isinstance(pixel, tuple)
    return tuple(int(value) for value in pixel)


def test_every_plot_is_drawn_for_light_and_dark_pages(pictures: list[Picture]) -> None:
    names = [picture.name for picture in pictures]
    assert names == ["det", "roc", "similarities", "identification", "discard"]
    for picture in pictures:
        for png in (picture.light, picture.dark):
            image = PIL.Image.open(io.BytesIO(png))
            assert (image.format, image.size) == ("PNG", (1280, 800))
        assert _corner(picture.light) == (255, 255, 255)
        assert _corner(picture.dark) == (0x16, 0x1B, 0x22)


def test_the_same_numbers_give_the_same_bytes(
    pictures: list[Picture], curves: Curves, assessment: Assessment
) -> None:
    assert next(draw_pictures(curves, assessment)) == pictures[0]


def test_drawing_leaves_no_figure_behind(pictures: list[Picture]) -> None:
    assert pictures
    assert plt.get_fignums() == []


def test_without_identification_there_is_no_such_plot(
    curves: Curves, unidentified_assessment: Assessment
) -> None:
    drawn = draw_pictures(replace(curves, identification=()), unidentified_assessment)
    assert "identification" not in [picture.name for picture in drawn]


def test_perfect_separation_can_be_drawn(curves: Curves, assessment: Assessment) -> None:
    none = np.zeros(1)
    perfect = ErrorCurve("perfect", none, none, none.astype(np.bool_))
    assert len(list(draw_pictures(replace(curves, errors=(perfect,)), assessment))) == 5
