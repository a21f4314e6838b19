"""Draws presentation attack detection: error tradeoff, and where the scores lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtri

from mien.evaluation.pad.assess import FITTED, PASSIVE
from mien.evaluation.pad.metrics import PadScores, trace_det
from mien.evaluation.pad.protocol import PadProtocol
from mien.evaluation.plot_style import Theme, make_legend
from mien.evaluation.plots import Picture, draw_picture
from mien.inference.antispoof import minifas
from mien.inference.antispoof.passive import THRESHOLD

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TICKS: Final = (0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)
_RANGE: Final = (0.005, 0.95)
_NEARLY_ZERO: Final = 1e-4
_LINES: Final = (PASSIVE, minifas.NAME, FITTED)
"""What is drawn where it is there, in this order of colors."""


def draw_attacks(protocol: PadProtocol, ways: Mapping[str, PadScores]) -> Iterator[Picture]:
    """Yield the plots; ways: scores, float64 [presentations] by name."""
    shown = {name: ways[name] for name in _LINES if name in ways}
    yield draw_picture(
        "det",
        "Detection error tradeoff",
        "BPCER over APCER of all attacks on normal-deviate axes; lower left is better.",
        lambda axes, theme: _draw_det(axes, theme, protocol, shown),
    )
    if PASSIVE in ways:
        yield draw_picture(
            "scores",
            "Passive scores by source",
            "Each point is a photo. The line is the threshold: what lies right of it passes.",
            lambda axes, theme: _draw_scores(axes, theme, protocol, ways[PASSIVE]),
        )


def _draw_det(
    axes: Axes, theme: Theme, protocol: PadProtocol, ways: Mapping[str, PadScores]
) -> None:
    low, high = ndtri(_RANGE)
    axes.plot([low, high], [low, high], color=theme.faint, linewidth=1, linestyle=(0, (6, 4)))
    for (name, scores), color in zip(ways.items(), theme.colors, strict=False):
        rates = trace_det(scores, protocol.bona_fide)
        apcer, bpcer = (ndtri(np.clip(r, _NEARLY_ZERO, 1 - _NEARLY_ZERO)) for r in rates)
        axes.plot(apcer, bpcer, color=color, linewidth=2.2, drawstyle="steps-post", label=name)
    ticks, labels = ndtri(_TICKS), [f"{100 * rate:g}" for rate in _TICKS]
    axes.set_xticks(ticks, labels)
    axes.set_yticks(ticks, labels)
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.set_xlabel("APCER, %")
    axes.set_ylabel("BPCER, %")
    make_legend(axes, theme, "lower left")


def _draw_scores(axes: Axes, theme: Theme, protocol: PadProtocol, scores: PadScores) -> None:
    rng = np.random.default_rng(0)  # points of one row are spread, so that none hides another
    for row, source in enumerate(protocol.sources):
        of_source = protocol.of_source(source) & ~np.isnan(scores)
        for alive, offset, color in ((True, 0.18, 0), (False, -0.18, 1)):
            points = scores[of_source & (protocol.bona_fide == alive)]
            axes.plot(
                points,
                row + offset + rng.uniform(-0.12, 0.12, len(points)),
                ".",
                color=theme.colors[color],
                markersize=4,
                alpha=0.6,
                label=("bona fide" if alive else "attack") if row == 0 else None,
            )
    axes.axvline(THRESHOLD, color=theme.text, linewidth=1, linestyle=(0, (4, 3)))
    axes.set_yticks(range(len(protocol.sources)), protocol.sources)
    axes.set_xlim(-0.02, 1.02)
    axes.set_xlabel("passive score")
    make_legend(axes, theme, "upper left")
