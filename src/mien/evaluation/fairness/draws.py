"""People drawn anew: how often each counts in each replicate, and what that makes of counts."""

from __future__ import annotations

from typing import Final, final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from mien.evaluation.metrics import Flags
from mien.evaluation.resampling import People

Replicates = npt.NDArray[np.float64]
"""Float64 [..., replicates], a count in each replicate."""

Places = npt.NDArray[np.int64]
"""Int64 [n], places of photos."""

REPLICATES: Final = 2000


@final
class PeopleDraws:
    """The same people, with replacement, for every figure; a pair counts as often as both.

    Sources: see `mien.evaluation.resampling`.
    """

    def __init__(self, people: People, rng: np.random.Generator) -> None:
        """Take whom each photo shows, int32 [photos], numbers from 0, each used."""
        self.people: Final = people
        count = int(people.max()) + 1
        drawn = rng.multinomial(count, np.full(count, 1 / count), size=REPLICATES)
        self._weights: Final = np.ascontiguousarray(drawn.T, dtype=np.float32)  # [people, R]

    def count_photos(self, photos: Flags) -> Replicates:
        """Return how many of these photos each replicate has."""
        each = self._count_each(photos)
        return np.asarray(each @ self._weights, np.float64)

    def count_pairs(self, first: Places, second: Places) -> Replicates:
        """Return how often these pairs of photos of two people are in each replicate."""
        shape = (len(self._weights), len(self._weights))
        ones = np.ones(len(first), np.float32)
        counts = coo_array((ones, (self.people[first], self.people[second])), shape).tocsr()
        used = np.flatnonzero(np.diff(counts.indptr))
        return np.asarray(
            np.einsum("pr,pr->r", counts[used] @ self._weights, self._weights[used]), np.float64
        )

    def weigh_pairs(self, first: Places, second: Places, replicates: slice) -> Replicates:
        """Return how often each pair of two people is in some replicates, [pairs, replicates]."""
        weights = self._weights[:, replicates]
        return np.asarray(weights[self.people[first]] * weights[self.people[second]], np.float64)

    def count_genuine(self, first: Places) -> Replicates:
        """Return how often pairs of one person are in each replicate; first: one photo of each."""
        each = self._count_each(first)
        return np.asarray(each @ self._weights, np.float64)

    def count_all_pairs(self, one: Flags, other: Flags) -> Replicates:
        """Return how many pairs of different people there are between two sets of photos.

        The sets share no photo, or are the same; then a pair counts once.
        """
        ones, others = self._count_each(one), self._count_each(other)
        products = np.multiply(ones @ self._weights, others @ self._weights, dtype=np.float64)
        shared = np.flatnonzero(ones * others)
        of_one = (ones * others)[shared] @ self._weights[shared] ** 2
        pairs = np.asarray(products - of_one, np.float64)
        return pairs / 2 if np.array_equal(one, other) else pairs

    def _count_each(self, photos: Flags | Places) -> npt.NDArray[np.float32]:
        """Return how many of these photos each person has, in the weights' own type: no copies."""
        counts = np.bincount(self.people[photos], minlength=len(self._weights))
        return counts.astype(np.float32)
