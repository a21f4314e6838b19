"""Draws a fairness report: rates with intervals, false matches between groups, and scores."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from mien.core.fairness import Verdict
from mien.evaluation.fairness.assess import AttributeReport, FairnessReport, MatchMatrix
from mien.evaluation.fairness.pairs import Histograms
from mien.evaluation.fairness.rates import Measure, RateComparison
from mien.evaluation.fairness.tables import TITLES, describe_target
from mien.evaluation.plot_style import DARK, LIGHT, Theme, make_legend
from mien.evaluation.plots import Picture, draw_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FLOOR: Final = 1e-5
"""Of logarithmic axes: no rate lies at zero on them."""

_MORE_COLORS: Final = {
    LIGHT: ("#8a3ffc", "#b28600", "#c2185b", "#4d7c0f", "#808080"),
    DARK: ("#c4a1ff", "#e5c558", "#f48fb1", "#a3d977", "#b0b0b0"),
}
"""After the theme's own three, for up to eight groups, still told apart by color-blind people."""

_ON_DARK: Final = 0.55
"""Share of a color map from which on text on it is drawn light or dark."""


def draw_fairness(report: FairnessReport, histograms: Sequence[Histograms]) -> Iterator[Picture]:
    """Yield the plots, attribute by attribute."""
    for attribute, histogram in zip(report.attributes, histograms, strict=True):
        name = re.sub(r"\W+", "-", attribute.attribute).strip("-")
        yield from _draw_rates(report, attribute, name)
        yield from _draw_matrices(report, attribute, name)
        yield draw_picture(
            f"scores-{name}",
            f"False match rate over the threshold, by {attribute.attribute}",
            "Each line: the share of pairs of two people of one group that are at least this "
            "similar. Where lines are apart, one threshold means another risk for each group.",
            partial(_draw_scores, report, attribute, histogram),
        )


def _draw_rates(report: FairnessReport, attribute: AttributeReport, name: str) -> Iterator[Picture]:
    for measure in Measure:
        of_measure = [rate for rate in attribute.rates if rate.measure is measure]
        if not of_measure:
            continue
        yield draw_picture(
            f"{measure.replace('_', '-')}-{name}",
            f"{TITLES[measure]}, by {attribute.attribute}",
            "Points with 95 % intervals; the line is everybody's rate, its shade reaches to a "
            "quarter more. Hollow: too few errors, or the interval holds the limit.",
            partial(_draw_forest, of_measure, report.operating_fmr),
        )


def _draw_forest(
    rates: Sequence[RateComparison], operating_fmr: float, axes: Axes, theme: Theme
) -> None:
    """Draw a row for each group, and in it a point for each threshold."""
    names = list(dict.fromkeys(figure.group for rate in rates for figure in rate.groups))
    height = 0.7 / len(rates)
    is_logarithmic = len(rates) > 1
    for number, rate in enumerate(rates):
        color = theme.colors[number % len(theme.colors)]
        label = _label(rate.target_fmr, operating_fmr)
        everybody = max(100 * rate.overall.value, 100 * _FLOOR if is_logarithmic else 0.0)
        axes.axvline(everybody, color=color, linewidth=1, linestyle=(0, (4, 3)))
        axes.axvspan(everybody, 1.25 * everybody, color=color, alpha=0.12, linewidth=0)
        for figure in rate.groups:
            place = names.index(figure.group) + (number - (len(rates) - 1) / 2) * height
            estimate = figure.rate
            low, value, high = (
                max(100 * share, 100 * _FLOOR if is_logarithmic else 0.0)
                for share in (estimate.low, estimate.value, estimate.high)
            )
            axes.plot([low, high], [place, place], color=color, linewidth=2, alpha=0.85)
            decided = figure.verdict is not Verdict.UNDECIDABLE
            axes.plot(
                value,
                place,
                "o",
                color=color,
                markerfacecolor=color if decided else theme.page,
                markersize=7,
                label=label if figure is rate.groups[0] else None,
            )
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlabel("rate, %")
    if is_logarithmic:
        axes.set_xlabel("rate, %, at the threshold for")
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(lambda value, _place: f"{value:g}")
        axes.legend(
            loc="upper center",
            bbox_to_anchor=(0.5, -0.13),
            ncols=len(rates),
            frameon=False,
            labelcolor=theme.text,
            fontsize=10,
        )
    else:
        axes.set_xlim(left=0)


def _label(target_fmr: float | None, operating_fmr: float) -> str | None:
    if target_fmr is None:
        return None
    return f"FMR {target_fmr:g}" + (", operating" if target_fmr == operating_fmr else "")


def _draw_matrices(
    report: FairnessReport, attribute: AttributeReport, name: str
) -> Iterator[Picture]:
    for matrix in attribute.matrices:
        if matrix.target_fmr == report.operating_fmr:
            yield draw_picture(
                f"fmr-matrix-{name}",
                f"False matches between groups, by {attribute.attribute}",
                f"FMR in percent{describe_target(matrix.target_fmr, report.operating_fmr)}, of "
                "two people of these groups. The diagonal is what a thief of one's own group does.",
                partial(_draw_matrix, attribute.groups, matrix),
            )


def _draw_matrix(groups: Sequence[str], matrix: MatchMatrix, axes: Axes, theme: Theme) -> None:
    from matplotlib.colors import LinearSegmentedColormap, LogNorm

    values = np.array(
        [[np.nan if rate is None else 100 * rate.value for rate in row] for row in matrix.rates]
    )
    seen = values[values > 0]
    low, high = (float(seen.min()), float(seen.max())) if len(seen) else (1e-4, 1.0)
    colors = LinearSegmentedColormap.from_list("rates", [theme.page, theme.colors[0]])
    norm = LogNorm(low / 1.5, max(high, low * 1.01))
    axes.imshow(np.maximum(values, low / 1.5), cmap=colors, norm=norm, aspect="auto", zorder=1)
    for (row, column), value in np.ndenumerate(values):
        text = "" if np.isnan(value) else f"{value:.3g}" if value else "0"
        shade = float(norm(max(value, low / 1.5))) if not np.isnan(value) else 0.0
        axes.text(
            column,
            row,
            text,
            ha="center",
            va="center",
            fontsize=10 if len(groups) <= 8 else 7,
            color=theme.page if shade > _ON_DARK else theme.text,
        )
    slanted = len(groups) > 4
    axes.set_xticks(
        range(len(groups)),
        groups,
        rotation=30 if slanted else 0,
        ha="right" if slanted else "center",
    )
    axes.set_yticks(range(len(groups)), groups)
    axes.grid(visible=False)


def _draw_scores(
    report: FairnessReport,
    attribute: AttributeReport,
    histograms: Histograms,
    axes: Axes,
    theme: Theme,
) -> None:
    colors = (*theme.colors, *_MORE_COLORS[theme])
    shares = histograms.share_above()
    order = np.argsort(-(shares >= 10 * _FLOOR).sum(axis=1))
    for rank, number in enumerate(order.tolist()):
        shown = np.where(shares[number] >= _FLOOR, shares[number], np.nan)
        axes.plot(
            histograms.edges[:-1],
            100 * shown,
            color=colors[rank] if rank < len(colors) else theme.faint,
            linewidth=2 if rank < len(colors) else 1,
            label=attribute.groups[number] if rank < len(colors) else None,
        )
    for fmr, limit in report.thresholds.items():
        axes.axvline(limit, color=theme.text, linewidth=1, linestyle=(0, (4, 3)))
        axes.annotate(
            f"{100 * fmr:g} %",
            (limit, 100 * _FLOOR * 1.6),
            xytext=(4, 0),
            textcoords="offset points",
            color=theme.text,
            fontsize=9,
            bbox={"facecolor": theme.page, "edgecolor": "none", "pad": 1.5},
        )
    axes.set_yscale("log")
    axes.set_ylim(100 * _FLOOR, 130)
    axes.yaxis.set_major_formatter(lambda value, _place: f"{value:g}")
    axes.set_xlabel("threshold of similarity; the lines are those in use, by calibrated FMR")
    axes.set_ylabel("false match rate within the group, %")
    make_legend(axes, theme, "upper right")
