"""Intervals that resample people, because comparisons that share a person are not independent.

Source: R. M. Bolle, N. K. Ratha, S. Pankanti, Error analysis of pattern recognition systems - the
subsets bootstrap, Computer Vision and Image Understanding 93, 2004; for comparisons of two
people, each is drawn, and a comparison counts as often as both of them (A. B. Owen, The pigeonhole
bootstrap, Annals of Applied Statistics 1, 2007).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from mien.evaluation.metrics import (
    CONFIDENCE,
    Estimate,
    Flags,
    Scores,
    areas_under_roc,
    equal_error_rates,
    error_rates,
    estimate_proportion,
)

People = npt.NDArray[np.int32]
"""Int32 [n], a number from 0 for each person."""

REPLICATES: Final = 1000


@final
class PeopleResampler:
    """Draws the same people, with replacement, for every interval."""

    def __init__(self, people_count: int, rng: np.random.Generator) -> None:
        """Draw how often each person counts in each replicate."""
        shares = np.full(people_count, 1 / people_count)
        self._people_count = people_count
        drawn = rng.multinomial(people_count, shares, size=REPLICATES)
        self._weights = np.ascontiguousarray(drawn.T, dtype=np.float64)  # [people, replicates]

    def estimate_rates(
        self, errors: Sequence[Flags], references: People, probes: People
    ) -> list[Estimate]:
        """Return shares of errors in the same comparisons, of one kind: genuine or impostor.

        errors: for each share bool [n]; references, probes: who is compared, n each. Where none
        or all failed, resampling sees no spread: the interval is then that of as many independent
        trials as there are people.
        """
        trials = self._count(references, probes)
        drawn = trials > 0
        estimates: list[Estimate] = []
        for failed in errors:
            if failed.all() or not failed.any():
                people = len(np.unique(probes))
                estimates.append(estimate_proportion(people if failed.any() else 0, people))
            else:
                failures = self._count(references[failed], probes[failed])
                rates = failures[drawn] / trials[drawn]
                estimates.append(bootstrap_interval(float(failed.mean()), rates))
        return estimates

    def estimate_separation(
        self, scores: Scores, genuine: Flags, first: People, second: People
    ) -> tuple[Estimate, Estimate]:
        """Return the equal error rate of pairs and the area under their ROC curve."""
        counted = self._weights[first]
        counted = np.where(genuine[:, None], counted, counted * self._weights[second])
        has_both = counted[genuine].any(axis=0) & counted[~genuine].any(axis=0)
        drawn = error_rates(scores, genuine, counted[:, has_both])
        measured = error_rates(scores, genuine, np.ones((len(scores), 1)))
        return (
            bootstrap_interval(float(equal_error_rates(*measured)[0]), equal_error_rates(*drawn)),
            bootstrap_interval(float(areas_under_roc(*measured)[0]), areas_under_roc(*drawn)),
        )

    def _count(self, references: People, probes: People) -> npt.NDArray[np.float64]:
        """Return how many of these comparisons each replicate has, float64 [replicates]."""
        ones = np.ones(len(references))
        shape = (self._people_count, self._people_count)
        counts = coo_array((ones, (references, probes)), shape).tocsr()
        if np.array_equal(references, probes):
            return np.asarray(counts.diagonal() @ self._weights)
        return np.asarray(np.einsum("pr,pr->r", counts @ self._weights, self._weights))


def bootstrap_interval(value: float, replicates: npt.NDArray[np.float64]) -> Estimate:
    """Return a value with the middle 95 % of its replicates, widened to hold the value."""
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(replicates, [tail, 1 - tail])
    return Estimate(value, min(value, float(low)), max(value, float(high)))
