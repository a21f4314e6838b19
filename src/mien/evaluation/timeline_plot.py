"""Draws the expressions of a video over time as PNG, one panel for each face."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from mien.core.expression import Expression
from mien.core.expression_timeline import (
    LOST_AFTER_S,
    ExpressionTimeline,
    TrackSummary,
)
from mien.evaluation.plot_style import LIGHT, Theme, finish_axes, make_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PANELS: Final = 4
"""The faces that are seen longest."""

_COLORS: Final = {
    Expression.NEUTRAL: "#d5d9e0",
    Expression.HAPPINESS: "#e69f00",
    Expression.SURPRISE: "#f0e442",
    Expression.SADNESS: "#0072b2",
    Expression.ANGER: "#d55e00",
    Expression.DISGUST: "#009e73",
    Expression.FEAR: "#cc79a7",
    Expression.CONTEMPT: "#56b4e9",
}
"""Of M. Okabe and K. Ito, Color universal design, 2008; gray is the face at rest."""

_WIDTH_IN: Final = 8.0
_PANEL_IN: Final = 2.1
_REST_IN: Final = 1.2

_Shares = npt.NDArray[np.float64]
"""Float64 [expressions, moments]; NaN where the face is not seen."""


def draw_timeline(timeline: ExpressionTimeline, title: str, theme: Theme = LIGHT) -> bytes:
    """Return a PNG: shares of the expressions over the seconds, stacked."""
    tracks = sorted(timeline.tracks, key=lambda track: -track.moments)[:MOST_PANELS]
    tracks.sort(key=lambda track: track.first_s)
    figure = make_figure(theme)
    figure.set_size_inches(_WIDTH_IN, _REST_IN + _PANEL_IN * max(1, len(tracks)))
    panels = figure.subplots(max(1, len(tracks)), 1, sharex=True, squeeze=False)[:, 0]
    for axes, track in zip(panels, tracks, strict=False):
        _draw_track(axes, theme, timeline, track)
    if not tracks:
        finish_axes(panels[0], theme, "no face was seen")
    panels[-1].set_xlabel("seconds")
    panels[-1].set_xlim(0, max(timeline.duration_s, 1e-3))
    figure.suptitle(
        f"{title}: {_counted(len(tracks), len(timeline.tracks))}",
        x=0.02,
        ha="left",
        color=theme.text,
        fontsize=12,
    )
    _name_colors(figure, theme)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", facecolor=theme.page)
    return buffer.getvalue()


def _draw_track(
    axes: Axes, theme: Theme, timeline: ExpressionTimeline, track: TrackSummary
) -> None:
    times, shares = _course(timeline, track.track)
    axes.stackplot(times, shares, colors=list(_COLORS.values()), linewidth=0)
    mean = f"{track.mean.likeliest} {100 * track.mean.confidence:.0f} %"
    finish_axes(axes, theme, f"face {track.track}: {mean} on average")
    axes.grid(visible=False)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])


def _counted(shown: int, seen: int) -> str:
    if shown < seen:
        return f"the {shown} of {seen} faces that are seen longest"
    return "1 face" if seen == 1 else f"{seen} faces"


def _course(timeline: ExpressionTimeline, track: int) -> tuple[npt.NDArray[np.float64], _Shares]:
    """Return the seconds and shares of a track, with a gap wherever it is lost for a while."""
    times: list[float] = []
    columns: list[tuple[float, ...]] = []
    for moment in timeline.moments:
        for face in moment.faces:
            if face.track != track:
                continue
            if times and moment.at_s - times[-1] > LOST_AFTER_S / 2:
                times.append((times[-1] + moment.at_s) / 2)
                columns.append((np.nan,) * len(Expression))
            times.append(moment.at_s)
            columns.append(face.shares.shares)
    return np.array(times), np.array(columns, dtype=np.float64).T


def _name_colors(figure: Figure, theme: Theme) -> None:
    from matplotlib.patches import Patch  # slow to import

    # As they are stacked: the first expression lies at the bottom.
    patches = [Patch(color=color, label=name) for name, color in reversed(_COLORS.items())]
    figure.legend(
        handles=patches,
        loc="outside right center",
        frameon=False,
        labelcolor=theme.text,
        fontsize=10,
    )
