"""The plot of a video shows what it says, for one face, many and none."""

from __future__ import annotations

import io

import numpy as np
import PIL.Image
import pytest

from mien.core.expression import Expression, ExpressionShares
from mien.core.expression_timeline import ExpressionTimeline, FollowedFace, Moment, summarize
from mien.core.geometry import Box
from mien.core.image import Pixels
from mien.evaluation.plot_style import DARK, LIGHT, Theme
from mien.evaluation.timeline_plot import MOST_PANELS, draw_timeline

BOX = Box(0.1, 0.1, 0.4, 0.5)
ORANGE = (0xE6, 0x9F, 0x00)
BLUE = (0x00, 0x72, 0xB2)


def surely(expression: Expression) -> ExpressionShares:
    return ExpressionShares(tuple(float(each is expression) for each in Expression))


def timeline(tracks: int, expression: Expression = Expression.HAPPINESS) -> ExpressionTimeline:
    faces = tuple(FollowedFace(n + 1, BOX, surely(expression)) for n in range(tracks))
    moments = tuple(Moment(n / 4, faces) for n in range(20))
    return ExpressionTimeline(5.0, 640, 480, moments, summarize(moments))


def pixels_of(png: bytes) -> Pixels:
    return np.asarray(PIL.Image.open(io.BytesIO(png)).convert("RGB"))


def share_of(color: tuple[int, int, int], pixels: Pixels) -> float:
    return float((pixels == color).all(axis=2).mean())


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_what_a_face_expresses_fills_its_panel(theme: Theme) -> None:
    glad = pixels_of(draw_timeline(timeline(1), "clip", theme))
    sad = pixels_of(draw_timeline(timeline(1, Expression.SADNESS), "clip", theme))
    # The legend alone shows a little of every color.
    assert share_of(ORANGE, glad) > 20 * share_of(BLUE, glad)
    assert share_of(BLUE, sad) > 20 * share_of(ORANGE, sad)


def test_there_is_a_panel_for_each_face_up_to_four() -> None:
    heights = [pixels_of(draw_timeline(timeline(n), "clip")).shape[0] for n in (1, 2, 4, 9)]
    assert heights[0] < heights[1] < heights[2] == heights[3]
    assert MOST_PANELS == 4


def test_a_face_that_was_away_leaves_a_gap() -> None:
    face = FollowedFace(1, BOX, surely(Expression.HAPPINESS))
    moments = tuple(Moment(n / 4, () if 4 < n < 12 else (face,)) for n in range(20))
    away = ExpressionTimeline(5.0, 640, 480, moments, summarize(moments))
    filled = share_of(ORANGE, pixels_of(draw_timeline(timeline(1), "clip")))
    with_gap = share_of(ORANGE, pixels_of(draw_timeline(away, "clip")))
    assert with_gap < 0.8 * filled


def test_a_video_of_nobody_is_drawn_too() -> None:
    nobody = ExpressionTimeline(5.0, 640, 480, (Moment(0.0, ()),), ())
    assert share_of(ORANGE, pixels_of(draw_timeline(nobody, "clip"))) < 0.02
