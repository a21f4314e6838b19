"""Draws the curves as PNG, each for a light and a dark page.

DET curves have normal-deviate axes, on which scores of two normal distributions draw a straight
line (A. Martin et al., The DET curve in assessment of detection task performance, Eurospeech
1997). Nothing of matplotlib's global state is used, so that drawing is safe in any process.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtri

from mien.evaluation.assess import Assessment
from mien.evaluation.curves import LARGEST_DISCARD, Curves, ErrorCurve, Rates
from mien.evaluation.plot_style import DARK, LIGHT, Theme, finish_axes, make_figure, make_legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DET_TICKS: Final = (1e-5, 1e-4, 1e-3, 1e-2, 0.05, 0.2, 0.5)
_DET_RANGE: Final = (5e-6, 0.5)
_BINS: Final = 120
_NEARLY_ZERO: Final = 1e-9
_WIDTHS: Final = (2.4, 1.6)
"""Of lines where errors are many, and where fewer than thirty were seen."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One plot: its file's name without ending, what it shows, and PNG for both themes."""

    name: str
    title: str
    caption: str
    light: bytes
    dark: bytes


Draw = Callable[["Axes", Theme], None]


def draw_pictures(curves: Curves, assessment: Assessment) -> Iterator[Picture]:
    """Yield the plots in the order of reading."""
    rare = "Dotted: fewer than thirty errors were seen, the rate is a guess."
    yield draw_picture(
        "det",
        "Detection error tradeoff",
        f"FNMR over FMR on normal-deviate axes; lower left is better. {rare}",
        lambda axes, theme: _draw_det(axes, theme, curves.errors),
    )
    yield draw_picture(
        "roc",
        "Receiver operating characteristic",
        f"TMR over FMR, the same curves from the other side; upper left is better. {rare}",
        lambda axes, theme: _draw_roc(axes, theme, curves.errors),
    )
    yield draw_picture(
        "similarities",
        "Similarities of genuine and impostor comparisons",
        f"Compared: {curves.compared}. Each kind has area 1. The lines are the mean thresholds.",
        lambda axes, theme: _draw_histograms(axes, theme, curves, assessment),
    )
    if curves.identification:
        yield draw_picture(
            "identification",
            "Open-set identification",
            "TPIR at rank 1 over FPIR, pooled over the splits; upper left is better. Points: "
            "thresholds chosen on other people than they were tested on, with their intervals.",
            lambda axes, theme: _draw_identification(axes, theme, curves, assessment),
        )
    yield draw_picture(
        "discard",
        "Error versus discard",
        "FNMR of the genuine pairs that are left when those with the lowest quality are "
        "discarded, at unchanged thresholds. A quality that foretells errors makes it fall.",
        lambda axes, theme: _draw_discard(axes, theme, curves),
    )


def draw_picture(name: str, title: str, caption: str, draw: Draw) -> Picture:
    """Return one plot, drawn for both themes."""
    light, dark = (_render(draw, title, theme) for theme in (LIGHT, DARK))
    return Picture(name, title, caption, light, dark)


def _render(draw: Draw, title: str, theme: Theme) -> bytes:
    figure = make_figure(theme)
    axes = figure.add_subplot()
    draw(axes, theme)
    finish_axes(axes, theme, title)
    buffer = io.BytesIO()
    # Without metadata the same numbers give the same bytes.
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _draw_det(axes: Axes, theme: Theme, errors: Sequence[ErrorCurve]) -> None:
    low, high = ndtri(_DET_RANGE)
    axes.plot([low, high], [low, high], color=theme.faint, linewidth=1, linestyle=(0, (6, 4)))
    axes.annotate(
        "equal errors",
        (ndtri(0.25), ndtri(0.25)),
        xytext=(8, -14),
        textcoords="offset points",
        color=theme.muted,
        fontsize=9,
    )
    for curve, color in zip(errors, theme.colors, strict=False):
        _draw_line(axes, curve, ndtri, ndtri, color)
    if not any(curve.fmr.any() and curve.fnmr.any() for curve in errors):
        axes.text(
            0.5,
            0.6,
            "no errors were seen",
            color=theme.muted,
            transform=axes.transAxes,
            ha="center",
        )
    ticks, labels = ndtri(_DET_TICKS), [f"{100 * rate:g}" for rate in _DET_TICKS]
    axes.set_xticks(ticks, labels)
    axes.set_yticks(ticks, labels)
    axes.set_xlim(low, high)
    axes.set_ylim(low + 0.9, high)
    axes.set_xlabel("false match rate, %")
    axes.set_ylabel("false non-match rate, %")
    make_legend(axes, theme, "lower left")


def _draw_roc(axes: Axes, theme: Theme, errors: Sequence[ErrorCurve]) -> None:
    for curve, color in zip(errors, theme.colors, strict=False):
        _draw_line(axes, curve, lambda fmr: 100 * fmr, lambda fnmr: 100 * (1 - fnmr), color)
    axes.set_xscale("log")
    axes.set_xlim(1e-3, 100)
    axes.xaxis.set_major_formatter(lambda value, _place: f"{value:g}")
    shown = [1 - curve.fnmr[curve.fmr >= 1e-5] for curve in errors]
    lowest = min(float(tmr.min(initial=0.9)) for tmr in shown)
    axes.set_ylim(100 * _round_down(lowest), 100.5)
    axes.set_xlabel("false match rate, %")
    axes.set_ylabel("true match rate, %")
    make_legend(axes, theme, "lower right")


def _draw_line(
    axes: Axes,
    curve: ErrorCurve,
    place_fmr: Callable[[Rates], Rates],
    place_fnmr: Callable[[Rates], Rates],
    color: str,
) -> None:
    """Draw a curve in steps, from the lowest FMR that was seen on, dotted where it is uncertain."""
    seen = (curve.fmr > 0) | ~curve.fmr.any()
    rising = np.flatnonzero(seen)[::-1]
    # A rate of 0 or 1 lies at infinity on both kinds of axes.
    fmr = np.clip(np.append(curve.fmr[rising], 1), _NEARLY_ZERO, 1 - _NEARLY_ZERO)
    fnmr = np.clip(np.append(curve.fnmr[rising], 0), _NEARLY_ZERO, 1 - _NEARLY_ZERO)
    is_certain = np.append(curve.is_certain[rising], False)
    x, y = place_fmr(fmr), place_fnmr(fnmr)
    axes.plot(
        x,
        y,
        color=color,
        linewidth=_WIDTHS[1],
        linestyle=(0, (1, 1.2)),
        drawstyle="steps-post",
        label=None if is_certain.any() else curve.label,
    )
    if is_certain.any():
        axes.plot(
            x,
            np.where(is_certain, y, np.nan),
            color=color,
            linewidth=_WIDTHS[0],
            drawstyle="steps-post",
            label=curve.label,
        )


def _draw_histograms(axes: Axes, theme: Theme, curves: Curves, assessment: Assessment) -> None:
    kinds = (("impostor", curves.impostor, 1), ("genuine", curves.genuine, 0))
    low = min(float(np.quantile(scores, 1e-4)) for _, scores, _ in kinds)
    edges = np.linspace(low, max(float(scores.max()) for _, scores, _ in kinds), _BINS + 1)
    for name, scores, color in kinds:
        heights, _ = np.histogram(scores, edges, density=True)
        tone = theme.colors[color]
        axes.stairs(heights, edges, fill=True, color=tone, alpha=0.28)
        axes.stairs(
            heights, edges, color=tone, linewidth=1.8, label=f"{name}, {len(scores):,} comparisons"
        )
    top = axes.get_ylim()[1]
    axes.set_ylim(0, top * 1.28)
    for rank, point in enumerate(assessment.verification):
        threshold = float(np.mean(point.thresholds))
        axes.axvline(threshold, color=theme.text, linewidth=1, linestyle=(0, (4, 3)))
        axes.annotate(
            f"FMR {100 * point.target_fmr:g} %",
            (threshold, top * (1.23 - 0.075 * rank)),
            xytext=(5, 0),
            textcoords="offset points",
            color=theme.text,
            fontsize=9,
            va="center",
            bbox={"facecolor": theme.page, "edgecolor": "none", "pad": 2},
        )
    axes.set_xlim(edges[0], edges[-1])
    axes.set_xlabel("cosine similarity")
    axes.set_ylabel("density")
    is_right = np.mean(assessment.verification[0].thresholds) > (edges[0] + edges[-1]) / 2
    make_legend(axes, theme, "upper left" if is_right else "upper right")


def _draw_identification(axes: Axes, theme: Theme, curves: Curves, assessment: Assessment) -> None:
    # The colors of single photos and of several among the error curves.
    for curve, color in zip(curves.identification, theme.colors[1:], strict=False):
        photos = "1 photo" if curve.photos == 1 else f"{curve.photos} photos"
        label = f"{photos} each of {curve.gallery} enrolled people"
        axes.plot(100 * curve.fpir, 100 * curve.tpir, color=color, linewidth=2.2, label=label)
        for point in assessment.identification:
            if point.photos == curve.photos:
                fpir, tpir = point.fpir, point.tpir
                axes.errorbar(
                    100 * fpir.value,
                    100 * tpir.value,
                    xerr=[[100 * (fpir.value - fpir.low)], [100 * (fpir.high - fpir.value)]],
                    yerr=[[100 * (tpir.value - tpir.low)], [100 * (tpir.high - tpir.value)]],
                    fmt="o",
                    color=color,
                    markersize=6,
                    capsize=3,
                    linewidth=1.2,
                )
    axes.set_xscale("log")
    axes.set_xlim(0.1, 100)
    axes.xaxis.set_major_formatter(lambda value, _place: f"{value:g}")
    lowest = min(float(curve.tpir.min()) for curve in curves.identification)
    axes.set_ylim(100 * _round_down(lowest), 100.5)
    axes.set_xlabel("false positive identification rate, %")
    axes.set_ylabel("true positive identification rate, %")
    make_legend(axes, theme, "lower right")


def _draw_discard(axes: Axes, theme: Theme, curves: Curves) -> None:
    curve = curves.discard
    color = theme.colors[0]
    axes.step(
        100 * curve.discarded,
        100 * curve.fnmr,
        where="post",
        color=color,
        linewidth=2.2,
        label=f"threshold for FMR {100 * curve.target_fmr:g} %",
    )
    axes.axhline(
        100 * float(curve.fnmr[0]),
        color=theme.faint,
        linewidth=1,
        linestyle=(0, (6, 4)),
        label="a quality that says nothing",
    )
    axes.set_xlim(0, 100 * LARGEST_DISCARD)
    axes.set_ylim(0, 115 * float(curve.fnmr.max()) or 1)
    axes.set_xlabel("genuine pairs discarded, lowest quality first, %")
    axes.set_ylabel("false non-match rate of the rest, %")
    make_legend(axes, theme, "lower left")


def _round_down(rate: float) -> float:
    """Return the tenth below, so that axes begin at a round number."""
    return max(0, math.floor(rate * 10)) / 10
