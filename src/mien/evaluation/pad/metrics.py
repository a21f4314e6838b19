"""Error rates of presentation attack detection, after ISO/IEC 30107-3; pure functions.

APCER: the share of a species' attacks that are taken for living. BPCER: the share of bona fide
presentations that are taken for attacks. A score passes when it is at least the threshold; what
could not be judged, NaN, never passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.evaluation.metrics import (
    Estimate,
    Flags,
    equal_error_rates,
    error_rates,
    estimate_proportion,
)
from mien.evaluation.resampling import REPLICATES, bootstrap_interval

PadScores = npt.NDArray[np.float64]
"""Float64 [n], higher is more alive, NaN for what could not be judged."""

_LOWEST: Final = -1e9
"""Stands for a presentation that could not be judged where scores are sorted."""


def find_bpcer_threshold(bona_fide: PadScores, target_bpcer: float) -> float:
    """Return the highest threshold at which at most *target_bpcer* of these are rejected.

    Infinite, so that nothing passes, where more than that could not even be judged, and where
    there is nothing to choose by.
    """
    tolerated = int(np.floor(target_bpcer * len(bona_fide)))
    ascending = np.sort(np.where(np.isnan(bona_fide), -np.inf, bona_fide))
    if tolerated >= len(ascending) or not np.isfinite(ascending[tolerated]):
        return float("inf")
    return float(ascending[tolerated])


def passes(scores: PadScores, thresholds: PadScores | float) -> Flags:
    """Tell which presentations are taken for living."""
    return np.asarray(scores >= thresholds)  # NaN is not


def leave_one_source_out(
    scores: PadScores, bona_fide: Flags, sources: npt.NDArray[np.int32], target_bpcer: float
) -> PadScores:
    """Return for each presentation the threshold that the bona fide of other sources ask for."""
    thresholds = np.full(len(scores), np.inf)
    for source in np.unique(sources):
        held_out = sources == source
        thresholds[held_out] = find_bpcer_threshold(scores[bona_fide & ~held_out], target_bpcer)
    return thresholds


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of presentations.

    alone: its Clopper-Pearson interval, as if presentations were independent. by_source: that of a
    bootstrap which draws sources, None where there is only one.
    """

    count: int
    trials: int
    alone: Estimate
    by_source: Estimate | None

    @property
    def value(self) -> float:
        """The share."""
        return self.alone.value


def rate(errors: Flags, weights: npt.NDArray[np.float64] | None) -> Rate:
    """Return the share of errors; weights: float64 [n, replicates] of a bootstrap of sources."""
    count, trials = int(errors.sum()), len(errors)
    estimate = estimate_proportion(count, trials)
    if weights is None:
        return Rate(count, trials, estimate, None)
    drawn = weights.sum(axis=0)
    shares = (errors @ weights)[drawn > 0] / drawn[drawn > 0]
    return Rate(count, trials, estimate, bootstrap_interval(estimate.value, shares))


def draw_sources(
    sources: npt.NDArray[np.int32], rng: np.random.Generator
) -> npt.NDArray[np.float64] | None:
    """Return how often each presentation counts when sources are drawn with replacement.

    Float64 [n, replicates]; None where there is only one source.
    """
    names, places = np.unique(sources, return_inverse=True)
    if len(names) < 2:
        return None
    drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=REPLICATES)
    return np.asarray(drawn.T[places], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Separation:
    """APCER at each BPCER asked for, and the equal error rate; all species and sources pooled."""

    at_bpcer: tuple[Estimate, ...]
    equal_error_rate: Estimate


def measure_separation(
    scores: PadScores,
    bona_fide: Flags,
    weights: npt.NDArray[np.float64] | None,
    bpcers: Sequence[float],
) -> Separation:
    """Measure on all presentations, the threshold chosen anew in each replicate.

    Without *weights* the intervals are the values themselves.
    """
    sorted_scores = np.where(np.isnan(scores), _LOWEST, scores)
    once = error_rates(sorted_scores.astype(np.float32), bona_fide, np.ones((len(scores), 1)))
    drawn = once
    if weights is not None:
        both = weights[bona_fide].any(axis=0) & weights[~bona_fide].any(axis=0)
        drawn = error_rates(sorted_scores.astype(np.float32), bona_fide, weights[:, both])
    return Separation(
        tuple(
            bootstrap_interval(float(_apcer_at(once, target)[0]), _apcer_at(drawn, target))
            for target in bpcers
        ),
        bootstrap_interval(float(equal_error_rates(*once)[0]), equal_error_rates(*drawn)),
    )


def trace_det(scores: PadScores, bona_fide: Flags) -> tuple[PadScores, PadScores]:
    """Return APCER and BPCER at every threshold, from one above all scores down."""
    sorted_scores = np.where(np.isnan(scores), _LOWEST, scores).astype(np.float32)
    apcer, bpcer = error_rates(sorted_scores, bona_fide, np.ones((len(scores), 1)))
    return apcer[:, 0], bpcer[:, 0]


def _apcer_at(
    rates: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]], target: float
) -> npt.NDArray[np.float64]:
    """Return the lowest APCER at which BPCER is at most the target, float64 [k]."""
    apcer, bpcer = rates
    return np.asarray(np.where(bpcer <= target + 1e-9, apcer, 1.0).min(axis=0))
