"""Draws well-being along time: a panel for each group, the interval around each score."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from mien.core.wellbeing.release import Release
from mien.core.wellbeing.score import Series
from mien.errors import InvalidRequestError
from mien.evaluation.plot_style import LIGHT, Theme, finish_axes, make_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_PANELS: Final = 12
_COLUMNS: Final = 3
_PANEL_IN: Final = (4.4, 2.9)
_SINGLE_IN: Final = (8.0, 4.4)
_EVERYBODY: Final = "everybody"


def draw_person(series: Series, theme: Theme = LIGHT) -> bytes:
    """Return one person's line as PNG; raise InvalidRequestError where there is nothing to draw."""
    return _draw({"Score of the expressions seen": series}, theme)


def draw_groups(told: Release, theme: Theme = LIGHT) -> bytes:
    """Return a panel for each group that is told, and one of everybody, as PNG.

    Raises InvalidRequestError where there is nothing to draw, or too much for one picture.
    """
    lines = {str(group): series for group, series in told.groups.items()}
    if told.everybody.points:
        lines[_EVERYBODY] = told.everybody
    if len(lines) > _MOST_PANELS:
        raise InvalidRequestError(
            f"{len(lines)} groups are too many for one picture of {_MOST_PANELS}: export them as "
            "CSV and choose some"
        )
    return _draw(lines, theme)


def _draw(lines: Mapping[str, Series], theme: Theme) -> bytes:
    if not any(series.points for series in lines.values()):
        raise InvalidRequestError(
            "there is nothing to draw yet: no period is over of which enough was kept"
        )
    columns = min(_COLUMNS, len(lines))
    rows = math.ceil(len(lines) / columns)
    figure = make_figure(theme)
    width, height = _SINGLE_IN if len(lines) == 1 else _PANEL_IN
    figure.set_size_inches(width * columns, height * rows)
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    panels: list[Axes] = list(grid.flat)
    for axes, (name, series) in zip(panels, lines.items(), strict=False):
        _draw_panel(axes, theme, name, series)
    for place, panel in enumerate(panels):
        if place >= len(lines):
            panel.set_axis_off()
        elif place + columns >= len(lines):
            panel.tick_params(labelbottom=True)  # there is no panel below
    panels[0].legend(loc="upper right", frameon=False, labelcolor=theme.text, fontsize=9, ncols=2)
    for axes in grid[:, 0]:
        axes.set_ylabel("score, 50 is neutral")
    written = io.BytesIO()
    figure.savefig(written, format="png", facecolor=theme.page)
    return written.getvalue()


def _draw_panel(axes: Axes, theme: Theme, name: str, series: Series) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # slow to import

    color, line_color = theme.colors[0], theme.colors[1]
    days = np.array([np.datetime64(point.start) for point in series.points])
    scores = np.array([point.figure.score for point in series.points])
    intervals = [point.figure.interval for point in series.points]
    axes.axhline(50, color=theme.faint, linewidth=1.2, zorder=1)
    for day, interval in zip(days, intervals, strict=True):
        if interval is not None:
            axes.vlines(day, interval.low, interval.high, color=color, alpha=0.35, linewidth=5)
    label = "score, 95 % interval" if any(intervals) else "score of a day"
    axes.plot(days, scores, "o", color=color, markersize=5, label=label, zorder=3)
    smoothed = [point.smoothed for point in series.points]
    axes.plot(days, smoothed, color=line_color, linewidth=2, label="smoothed", zorder=2)
    finish_axes(axes, theme, name)
    axes.set_ylim(0, 100)
    locator = AutoDateLocator(minticks=2, maxticks=5)  # type: ignore[no-untyped-call]  # theirs
    axes.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]  # theirs
    axes.xaxis.set_major_formatter(formatter)
    if series.trend is not None:
        low, high = series.trend.interval.low, series.trend.interval.high
        text = f"{series.trend.per_week:+z.1f} a week ({low:+z.1f} to {high:+z.1f})"
        axes.text(0.02, 0.04, text, transform=axes.transAxes, color=theme.muted, fontsize=9)
