"""Plots of well-being."""

from __future__ import annotations

import io
from datetime import date, timedelta

import matplotlib.pyplot as plt
import PIL.Image
import pytest

from mien.core.groups import DEPARTMENT, Group
from mien.core.wellbeing.periods import Period
from mien.core.wellbeing.release import Release
from mien.core.wellbeing.score import Figure, Interval, Series, series_of
from mien.errors import InvalidRequestError
from mien.evaluation.plot_style import DARK
from mien.evaluation.wellbeing_plots import draw_groups, draw_person

LINE = series_of(
    {
        date(2026, 9, 7) + week * timedelta(days=7): Figure(50.0 + week, Interval(40.0, 70.0), 7)
        for week in range(8)
    }
)
EMPTY = Series()


def release_of(count: int, everybody: Series = EMPTY) -> Release:
    groups = {Group(f"department {number}"): LINE for number in range(count)}
    return Release(DEPARTMENT, Period.WEEK, groups, everybody, 0)


def size(png: bytes) -> tuple[int, int]:
    image = PIL.Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    return image.size


def test_each_group_has_a_panel_and_everybody_one_more() -> None:
    rows = [size(draw_groups(release_of(count)))[1] for count in (2, 3, 4, 7)]
    assert rows[0] == rows[1] < rows[2] < rows[3]
    assert size(draw_groups(release_of(3, LINE)))[1] == rows[2]


def test_a_person_is_one_panel_on_light_and_dark_pages() -> None:
    assert size(draw_person(LINE)) == size(draw_person(LINE, DARK))
    assert draw_person(LINE) != draw_person(LINE, DARK)


def test_the_same_figures_give_the_same_bytes() -> None:
    assert draw_groups(release_of(3)) == draw_groups(release_of(3))


def test_nothing_is_left_in_matplotlib() -> None:
    before = plt.get_fignums()
    draw_person(LINE)
    assert plt.get_fignums() == before


@pytest.mark.parametrize(("count", "why"), [(0, "nothing to draw"), (13, "too many")])
def test_what_cannot_be_drawn_is_refused(count: int, why: str) -> None:
    with pytest.raises(InvalidRequestError, match=why):
        draw_groups(release_of(count))
