"""How similarities of one person and of two are spread, and what each threshold costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.scoring import Curve

_Floats = npt.NDArray[np.float64]

_BINS: Final = 60
"""About so many: as fine as a screen shows, and as coarse as a small gallery allows."""

_REPLICATES: Final = 500
_TAIL: Final = 0.025
_SEED: Final = 20261121


@dataclass(frozen=True, slots=True)
class ScoreDistribution:
    """A histogram of similarities, and both error rates at thresholds.

    edges: [n + 1]; genuine and impostor: [n], the share of all such comparisons in each bin, which
    may leave out what lies beyond the edges. thresholds: [m], ascending, with the share of impostor
    comparisons at or above, and of genuine ones below. fmr_intervals: 95 %.
    """

    genuine_comparisons: int
    impostor_comparisons: int
    edges: Sequence[float]
    genuine: Sequence[float]
    impostor: Sequence[float]
    thresholds: Sequence[float]
    false_match_rates: Sequence[float]
    false_non_match_rates: Sequence[float]
    fmr_intervals: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Scores:
    """Similarities, [n] and [m]. impostor_of: [m], by number whose references were compared."""

    genuine: _Floats
    impostor: _Floats
    impostor_of: npt.NDArray[np.int64]


def distribution_of_curve(curve: Curve) -> ScoreDistribution:
    """Return what a calibration curve says: between its points, what its rates change by."""
    fmr, fnmr = np.asarray(curve.false_match_rates), np.asarray(curve.false_non_match_rates)
    return ScoreDistribution(
        genuine_comparisons=curve.genuine_comparisons,
        impostor_comparisons=curve.impostor_comparisons,
        edges=tuple(curve.similarities),
        genuine=tuple(np.diff(fnmr).tolist()),
        impostor=tuple((-np.diff(fmr)).tolist()),
        thresholds=tuple(curve.similarities),
        false_match_rates=tuple(curve.false_match_rates),
        false_non_match_rates=tuple(curve.false_non_match_rates),
        fmr_intervals=tuple(curve.fmr_intervals),
    )


def distribution_of_scores(scores: Scores) -> ScoreDistribution:
    """Count similarities; the thresholds are the edges, so that both say the same.

    The intervals are drawn over people and not over comparisons, of which one person has many
    (cluster bootstrap). Raises ValueError where there is nothing to count.
    """
    edges = choose_edges(np.concatenate([scores.genuine, scores.impostor]))
    genuine = np.histogram(scores.genuine, edges)[0]
    impostor = np.histogram(scores.impostor, edges)[0]
    return ScoreDistribution(
        genuine_comparisons=len(scores.genuine),
        impostor_comparisons=len(scores.impostor),
        edges=tuple(edges.tolist()),
        genuine=tuple((genuine / len(scores.genuine)).tolist()),
        impostor=tuple((impostor / len(scores.impostor)).tolist()),
        thresholds=tuple(edges.tolist()),
        false_match_rates=tuple(_from_above(impostor).tolist()),
        false_non_match_rates=tuple((1 - _from_above(genuine)).tolist()),
        fmr_intervals=_intervals(scores.impostor, scores.impostor_of, edges),
    )


def choose_edges(scores: _Floats) -> _Floats:
    """Return the edges of bins of a round width that hold every similarity, [bins + 1].

    Round, so that the outermost edges tell no single similarity.
    """
    low, high = float(scores.min()), float(scores.max())
    width = _round_up(max(high - low, 1e-3) / _BINS)
    first, last = math.floor(low / width), math.floor(high / width) + 1
    # The quotients are rounded, and an edge may be on the wrong side of what it was made for.
    first -= first * width > low
    last += last * width <= high
    return np.asarray(np.arange(first, last + 1) * width, np.float64)


def _round_up(width: float) -> float:
    decade = 10.0 ** math.floor(math.log10(width))
    return next(factor * decade for factor in (1, 2, 5, 10) if factor * decade >= width)


def _from_above(counts: npt.NDArray[np.int64]) -> _Floats:
    """Return the share of all counts in each bin and those above, and the nothing above all."""
    above = np.concatenate([np.cumsum(counts[::-1])[::-1], [0]])
    return np.asarray(above / counts.sum(), np.float64)


def _intervals(
    scores: _Floats, of: npt.NDArray[np.int64], edges: _Floats
) -> tuple[tuple[float, float], ...]:
    """Return 95 % intervals of the share of scores at or above each edge."""
    people, rows = np.unique(of, return_inverse=True)
    places = np.digitize(scores, edges) - 1
    counts = np.zeros((len(people), len(edges)))
    np.add.at(counts, (rows, places), 1)
    above = counts[:, ::-1].cumsum(axis=1)[:, ::-1]
    rng = np.random.default_rng(_SEED)
    drawn = rng.multinomial(len(people), np.full(len(people), 1 / len(people)), _REPLICATES)
    rates = (drawn @ above) / (drawn @ counts.sum(axis=1))[:, None]
    low, high = np.quantile(rates, [_TAIL, 1 - _TAIL], axis=0)
    total = above.sum(axis=0)
    # Where nothing or everything was counted, resampling sees no spread: then as of as many
    # trials as there are people.
    bound = 1 - _TAIL ** (1 / len(people))
    high = np.where(total == 0, bound, high)
    low = np.where(total == len(scores), 1 - bound, low)
    return tuple(zip(low.tolist(), high.tolist(), strict=True))
