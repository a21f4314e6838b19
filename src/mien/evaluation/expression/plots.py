"""Draws which expressions are taken for which, and what a share is worth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from mien.core.expression import Expression
from mien.evaluation.expression.assess import ExpressionAssessment
from mien.evaluation.expression.metrics import ExpressionFigures
from mien.evaluation.plot_style import Theme
from mien.evaluation.plots import Picture, draw_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DARK_CELL: Final = 0.55
_SMALLEST_DOT: Final = 12.0
_DOT_OF_ALL: Final = 900.0


def draw_expressions(assessment: ExpressionAssessment) -> Iterator[Picture]:
    """Yield the plots in the order of reading."""
    figures = assessment.majority
    yield draw_picture(
        "confusion",
        "What is answered to what people say",
        f"Shares of each row in percent, of {figures.faces} faces with a majority; the numbers "
        "of faces are at the left.",
        lambda axes, theme: _draw_confusion(axes, theme, figures),
    )
    yield draw_picture(
        "reliability",
        "What a share is worth",
        "Accuracy over confidence, the largest share, in bins of equal width; on the diagonal a "
        "share means what it says. Bars: 95 % intervals. The larger a dot, the more answers.",
        lambda axes, theme: _draw_reliability(axes, theme, figures),
    )


def _draw_confusion(axes: Axes, theme: Theme, figures: ExpressionFigures) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    counts = np.array(figures.confusion, dtype=np.float64)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    colors = LinearSegmentedColormap.from_list("shares", [theme.page, theme.colors[0]])
    axes.imshow(shares, cmap=colors, vmin=0, vmax=1, aspect="auto", zorder=2)  # over the grid
    for (row, column), share in np.ndenumerate(shares):
        strong = share > _DARK_CELL
        axes.text(
            column,
            row,
            f"{100 * share:.0f}",
            ha="center",
            va="center",
            color=theme.page if strong else theme.text if share >= 0.005 else theme.faint,
            fontsize=11,
            fontweight="bold" if row == column else "normal",
            zorder=3,
        )
    names = [expression.value for expression in Expression]
    sizes = [int(count) for count in counts.sum(axis=1)]
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(
        range(len(names)), [f"{name}  {size}" for name, size in zip(names, sizes, strict=True)]
    )
    axes.set_xlabel("answer")
    axes.set_ylabel("what people say")


def _draw_reliability(axes: Axes, theme: Theme, figures: ExpressionFigures) -> None:
    axes.plot([0, 1], [0, 1], color=theme.faint, linewidth=1, linestyle=(0, (6, 4)))
    bins = figures.reliability
    confidence = np.array([one.confidence for one in bins])
    accuracy = np.array([one.accuracy.value for one in bins])
    margins = np.array(
        [
            [one.accuracy.value - one.accuracy.low for one in bins],
            [one.accuracy.high - one.accuracy.value for one in bins],
        ]
    )
    axes.errorbar(
        confidence, accuracy, margins, fmt="none", ecolor=theme.muted, elinewidth=1.4, zorder=2
    )
    shares = np.array([one.faces for one in bins]) / figures.faces
    sizes = _SMALLEST_DOT + _DOT_OF_ALL * shares
    axes.scatter(
        confidence, accuracy, sizes, color=theme.colors[0], edgecolors=theme.page, zorder=3
    )
    error = figures.calibration_error
    axes.text(
        0.97,
        0.06,
        f"expected calibration error {100 * error.value:.1f} % "
        f"({100 * error.low:.1f}-{100 * error.high:.1f})",
        transform=axes.transAxes,
        ha="right",
        color=theme.text,
        fontsize=11,
    )
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="confidence", ylabel="accuracy")
