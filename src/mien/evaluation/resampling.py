"""Intervals that resample people, because comparisons that share a person are not independent.

Source: R. M. Bolle, N. K. Ratha, S. Pankanti, Error analysis of pattern recognition systems - the
subsets bootstrap, Computer Vision and Image Understanding 93, 2004; for comparisons of two
people, each is drawn, and a comparison counts as often as both of them (A. B. Owen, The pigeonhole
bootstrap, Annals of Applied Statistics 1, 2007).
"""

from __future__ import annotations

from typing import Final, final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from mien.evaluation.metrics import (
    CONFIDENCE,
    Estimate,
    Flags,
    Scores,
    equal_error_rate,
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
        self._weights: npt.NDArray[np.float64] = rng.multinomial(
            people_count, shares, size=REPLICATES
        ).astype(np.float64)

    def estimate_rate(self, errors: Flags, references: People, probes: People) -> Estimate:
        """Return the share of errors in comparisons of one kind, genuine or impostor.

        errors: bool [n]; references, probes: who is compared, n each. Where nothing failed, the
        upper limit is that of as many independent trials as there are people.
        """
        value = float(errors.mean())
        if not errors.any():
            return estimate_proportion(0, len(np.unique(probes)))
        trials = self._weighted_counts(np.ones(len(errors)), references, probes)
        failed = self._weighted_counts(errors[errors], references[errors], probes[errors])
        drawn = trials > 0
        return _interval(value, failed[drawn] / trials[drawn])

    def estimate_eer(
        self, scores: Scores, genuine: Flags, first: People, second: People
    ) -> Estimate:
        """Return the equal error rate of pairs."""
        rates: list[float] = []
        for counts in self._weights:
            weights = np.where(genuine, counts[first], counts[first] * counts[second])
            if weights[genuine].any() and weights[~genuine].any():
                rates.append(equal_error_rate(scores, genuine, weights))
        return _interval(equal_error_rate(scores, genuine), np.array(rates))

    def _weighted_counts(
        self, counted: npt.NDArray[np.generic], references: People, probes: People
    ) -> npt.NDArray[np.float64]:
        """Return how many of the comparisons each replicate has, float64 [replicates]."""
        shape = (self._people_count, self._people_count)
        counts = coo_array((counted.astype(np.float64), (references, probes)), shape).tocsr()
        if np.array_equal(references, probes):
            return np.asarray(self._weights @ counts.diagonal())
        return np.asarray(((counts @ self._weights.T) * self._weights.T).sum(axis=0))


def _interval(value: float, replicates: npt.NDArray[np.float64]) -> Estimate:
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(replicates, [tail, 1 - tail])
    return Estimate(value, min(value, float(low)), max(value, float(high)))
