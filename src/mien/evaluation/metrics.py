"""Error rates of biometric comparison and their intervals; pure functions.

Terms after ISO/IEC 19795-1: FMR, FNMR, FTA (failure to acquire). A comparison matches when its
similarity is at least the threshold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy.stats

Scores = npt.NDArray[np.float32]
"""Float32 [n], similarities."""

Flags = npt.NDArray[np.bool_]
"""Bool [n], one for each comparison."""

CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured value and its 95 % interval."""

    value: float
    low: float
    high: float


def estimate_proportion(count: int, trials: int) -> Estimate:
    """Return a share of independent trials with its Clopper-Pearson interval."""
    interval = scipy.stats.binomtest(count, trials).proportion_ci(CONFIDENCE, method="exact")
    return Estimate(count / trials, float(interval.low), float(interval.high))


def estimate_mean(values: Sequence[float]) -> Estimate:
    """Return the mean of at least two folds' shares with Student's t interval, cut to 0 to 1."""
    mean = float(np.mean(values))
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    margin = float(scipy.stats.t.ppf((1 + CONFIDENCE) / 2, len(values) - 1)) * error
    return Estimate(mean, max(0.0, mean - margin), min(1.0, mean + margin))


def false_match_rate(impostor: Scores, threshold: float) -> float:
    """Return the share of ascending *impostor* scores at or above *threshold*."""
    return (len(impostor) - _count_below(impostor, threshold)) / len(impostor)


def false_non_match_rate(genuine: Scores, threshold: float) -> float:
    """Return the share of ascending *genuine* scores below *threshold*."""
    return _count_below(genuine, threshold) / len(genuine)


def find_threshold(impostor: Scores, target_fmr: float) -> float:
    """Return the lowest threshold at which at most *target_fmr* of the impostors match.

    impostor: in any order, not empty. The threshold lies just above the highest score that must
    not match, or on the lowest score when all may.
    """
    tolerated = int(np.floor(target_fmr * len(impostor)))
    if tolerated >= len(impostor):
        return float(impostor.min())
    place = len(impostor) - tolerated - 1
    return float(np.nextafter(np.partition(impostor, place)[place], np.float32(np.inf)))


def find_most_accurate_threshold(scores: Scores, genuine: Flags) -> float:
    """Return the threshold between two neighboring scores that decides most pairs correctly.

    The lowest of several equally good ones.
    """
    order = np.argsort(scores)
    ascending, kinds = scores[order].astype(np.float64), genuine[order]
    # With the threshold below score k, the genuine from k on and the impostors before k are right.
    genuine_from = np.concatenate([np.cumsum(kinds[::-1])[::-1], [0]])
    impostors_before = np.concatenate([[0], np.cumsum(~kinds)])
    edges = np.concatenate([[ascending[0] - 1], ascending, [ascending[-1] + 1]])
    between = (edges[1:] + edges[:-1]) / 2
    is_gap = edges[1:] > edges[:-1]
    return float(between[int(np.argmax(np.where(is_gap, genuine_from + impostors_before, -1)))])


def is_correct(scores: Scores, genuine: Flags, threshold: float) -> Flags:
    """Tell for each pair whether the threshold decides it correctly."""
    return np.asarray((scores >= threshold) == genuine)


def error_rates(
    scores: Scores, genuine: Flags, weights: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return FMR and FNMR, each float64 [thresholds, k], from a threshold above all scores down.

    weights: float64 [n, k], how often each comparison counts in each of k samples; a sample
    needs both kinds. scikit-learn's det_curve is the same for one sample, without the resampling.
    """
    order = np.argsort(-scores)
    descending, kinds, counted = scores[order], genuine[order, None], weights[order]
    is_last_of_tie = np.append(descending[1:] != descending[:-1], True)
    start = np.zeros((1, weights.shape[1]))

    def rates(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        matching = np.cumsum(counts, axis=0)
        return np.concatenate([start, matching[is_last_of_tie] / matching[-1]])

    return rates(np.where(kinds, 0, counted)), 1 - rates(np.where(kinds, counted, 0))


def equal_error_rates(
    fmr: npt.NDArray[np.float64], fnmr: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return where the rates of `error_rates` are equal, linear between points, float64 [k]."""
    gap = fnmr - fmr  # falls from 1, where nothing matches, to -1, where everything does
    after, sample = np.argmax(gap <= 0, axis=0), np.arange(gap.shape[1])
    share = gap[after - 1, sample] / (gap[after - 1, sample] - gap[after, sample])
    before = fmr[after - 1, sample]
    return np.asarray(before + share * (fmr[after, sample] - before))


def areas_under_roc(
    fmr: npt.NDArray[np.float64], fnmr: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the areas under the curves of `error_rates`, float64 [k].

    The chance that a genuine comparison is more similar than an impostor one.
    """
    return np.asarray(np.trapezoid(1 - fnmr, fmr, axis=0))


def _count_below(ascending: Scores, threshold: float) -> int:
    return int(np.searchsorted(ascending, threshold))
