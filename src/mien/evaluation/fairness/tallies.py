"""Counts errors of groups: of pairs of people by both their groups, of photos by theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from mien.core.scoring import Similarity
from mien.evaluation.fairness.draws import REPLICATES, PeopleDraws, Replicates
from mien.evaluation.fairness.pairs import Pairs
from mien.evaluation.fairness.protocol import Attribute
from mien.evaluation.fairness.rates import (
    Measure,
    RateComparison,
    Tally,
    compare_rates,
    estimate,
)
from mien.evaluation.metrics import Estimate, Flags

_Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class MatchTallies:
    """False matches at one threshold, by the groups of both people.

    cells: for each two groups, and each group with itself, the lower number first; empty ones
    too, with no trials. people: of each group.
    """

    attribute: Attribute
    cells: dict[_Cell, Tally]
    people: tuple[int, ...]

    @classmethod
    def of(
        cls, attribute: Attribute, pairs: Pairs, draws: PeopleDraws, threshold: Similarity
    ) -> Self:
        """Count the pairs at or above the threshold, which is not below what was kept."""
        groups = range(len(attribute.groups))
        members = [attribute.member == number for number in groups]
        matched = pairs.scores >= threshold
        first, second = pairs.first[matched], pairs.second[matched]
        one, other = attribute.member[first], attribute.member[second]
        cells: dict[_Cell, Tally] = {}
        for low in groups:
            for high in groups[low:]:
                of_cell = ((one == low) & (other == high)) | ((one == high) & (other == low))
                cells[low, high] = Tally(
                    errors=int(of_cell.sum()),
                    trials=_count_pairs(draws, members[low], members[high]),
                    people=len(np.unique(draws.people[members[low] | members[high]])),
                    drawn_errors=draws.count_pairs(first[of_cell], second[of_cell]),
                    drawn_trials=draws.count_all_pairs(members[low], members[high]),
                    are_pairs=True,
                )
        people = tuple(len(np.unique(draws.people[member])) for member in members)
        return cls(attribute, cells, people)

    def compare(self, target_fmr: float) -> Iterator[RateComparison]:
        """Yield FMR within groups, and of each group against everybody.

        Each is compared with the same of everybody: two people of one group, whichever, and any
        two people.
        """
        groups = range(len(self.attribute.groups))
        within = [self.cells[number, number] for number in groups]
        every = self._sum([*self.cells], sum(self.people))
        pooled = self._sum([(number, number) for number in groups], sum(self.people))
        names = self.attribute.groups
        if pooled.trials:
            yield compare_rates(Measure.FMR_WITHIN, names, within, pooled, target_fmr=target_fmr)
        against = [
            self._sum([cell for cell in self.cells if number in cell], self.people[number])
            for number in groups
        ]
        yield compare_rates(Measure.FMR_EVERYBODY, names, against, every, target_fmr=target_fmr)

    def matrix(self) -> tuple[tuple[Estimate | None, ...], ...]:
        """Return the rate of each two groups with its interval."""
        groups = range(len(self.attribute.groups))

        def rate(one: int, other: int) -> Estimate | None:
            tally = self.cells[min(one, other), max(one, other)]
            return estimate(tally) if tally.trials else None

        return tuple(tuple(rate(one, other) for other in groups) for one in groups)

    def _sum(self, cells: list[_Cell], people: int) -> Tally:
        parts = [self.cells[cell] for cell in cells]
        return Tally(
            errors=sum(part.errors for part in parts),
            trials=sum(part.trials for part in parts),
            people=people,
            drawn_errors=_total([part.drawn_errors for part in parts]),
            drawn_trials=_total([part.drawn_trials for part in parts]),
            are_pairs=True,
        )


def tally_genuine(
    attribute: Attribute, pairs: Pairs, draws: PeopleDraws, threshold: float
) -> tuple[list[Tally], Tally]:
    """Count pairs of one person below the threshold, by group and in all.

    Pairs of two groups, as of two ages, count in all alone.
    """
    failed = pairs.genuine_scores < threshold
    groups = attribute.member[pairs.genuine_first]
    is_of_one = groups == attribute.member[pairs.genuine_second]

    def tally(of: Flags) -> Tally:
        return Tally(
            errors=int((failed & of).sum()),
            trials=int(of.sum()),
            people=len(np.unique(draws.people[pairs.genuine_first[of]])),
            drawn_errors=draws.count_genuine(pairs.genuine_first[failed & of]),
            drawn_trials=draws.count_genuine(pairs.genuine_first[of]),
            are_pairs=True,
        )

    tallies = [tally(is_of_one & (groups == number)) for number in range(len(attribute.groups))]
    return tallies, tally(np.ones(len(failed), np.bool_))


def tally_photos(
    attribute: Attribute, errors: Flags, draws: PeopleDraws
) -> tuple[list[Tally], Tally]:
    """Count photos with an error, bool [photos], by group and in all."""

    def tally(of: Flags) -> Tally:
        return Tally(
            errors=int((errors & of).sum()),
            trials=int(of.sum()),
            people=len(np.unique(draws.people[of])),
            drawn_errors=draws.count_photos(errors & of),
            drawn_trials=draws.count_photos(of),
            are_pairs=False,
        )

    tallies = [tally(attribute.member == number) for number in range(len(attribute.groups))]
    return tallies, tally(np.ones(len(errors), np.bool_))


def _count_pairs(draws: PeopleDraws, one: Flags, other: Flags) -> int:
    """Return how many pairs of different people two sets of photos make, each pair once."""
    count = int(draws.people.max()) + 1
    ones = np.bincount(draws.people[one], minlength=count)
    others = np.bincount(draws.people[other], minlength=count)
    pairs = int(ones.sum()) * int(others.sum()) - int((ones * others).sum())
    return pairs // 2 if np.array_equal(one, other) else pairs


def _total(parts: list[Replicates]) -> Replicates:
    return np.sum(parts, axis=0) if parts else np.zeros(REPLICATES)
