"""The look that all plots share: colors that color-blind people tell apart, few lines, units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIZE_IN: Final = (8.0, 5.0)
_DPI: Final = 160
_PADDING_IN: Final = 0.16


@dataclass(frozen=True, slots=True)
class Theme:
    """Colors of one kind of page; colors: of the lines, in this order."""

    page: str
    text: str
    muted: str
    faint: str
    colors: tuple[str, ...]


LIGHT: Final = Theme("#ffffff", "#1f2733", "#667085", "#c3cad5", ("#2463b4", "#d2691e", "#1b8a6b"))
DARK: Final = Theme("#161b22", "#e6e9ef", "#97a1b0", "#4a5361", ("#74a9f0", "#f0a060", "#5fd0ac"))


def make_figure(theme: Theme) -> Figure:
    """Return an empty figure, 1280 x 800 pixels; it belongs to no window and no global state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # slow to import
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    layout = ConstrainedLayoutEngine(w_pad=_PADDING_IN, h_pad=_PADDING_IN)
    figure = Figure(figsize=_SIZE_IN, dpi=_DPI, facecolor=theme.page, layout=layout)
    FigureCanvasAgg(figure)
    return figure


def finish_axes(axes: Axes, theme: Theme, title: str) -> None:
    """Give the axes their title and colors, a faint grid, and no box around them."""
    axes.set_title(title, loc="left", color=theme.text, fontsize=14, fontweight="bold", pad=12)
    axes.set_facecolor(theme.page)
    axes.grid(visible=True, color=theme.faint, linewidth=0.6, alpha=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", colors=theme.muted, labelsize=10, length=0, pad=6)
    axes.xaxis.label.set(color=theme.text, fontsize=11)
    axes.yaxis.label.set(color=theme.text, fontsize=11)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(theme.faint)


Corner = Literal["upper left", "upper right", "lower left", "lower right"]


def make_legend(axes: Axes, theme: Theme, place: Corner) -> None:
    """Name the lines inside of the axes."""
    axes.legend(
        loc=place,
        frameon=True,
        facecolor=theme.page,
        edgecolor="none",
        framealpha=0.9,
        labelcolor=theme.text,
        fontsize=10,
    )
