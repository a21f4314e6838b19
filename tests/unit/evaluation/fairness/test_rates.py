"""Rates, ratios and differentials of made-up counts, and pairs counted in two ways."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.core.fairness import Verdict
from mien.core.matching import Matcher
from mien.core.scoring import Similarity
from mien.core.template import EmbeddingPart, normalize
from mien.evaluation.fairness.draws import REPLICATES, PeopleDraws
from mien.evaluation.fairness.pairs import Pairs, compare_photos
from mien.evaluation.fairness.protocol import Attribute
from mien.evaluation.fairness.rates import Measure, Tally, compare_rates, join_verdicts
from mien.evaluation.fairness.tallies import MatchTallies, tally_genuine, tally_photos
from mien.evaluation.fairness.thresholds import find_thresholds
from mien.evaluation.metrics import find_threshold
from mien.evaluation.resampling import People

WITHIN, OUTSIDE, UNDECIDABLE = Verdict.WITHIN, Verdict.OUTSIDE, Verdict.UNDECIDABLE


def shares(errors: Sequence[int], people: int) -> tuple[list[Tally], Tally]:
    """Groups of so many people with a photo each, of which so many are errors."""
    member = np.repeat(np.arange(len(errors)), people).astype(np.int32)
    failed = np.concatenate([np.arange(people) < count for count in errors])
    attribute = Attribute("group", tuple("abcdef"[: len(errors)]), member)
    numbers = np.arange(len(member), dtype=np.int32)
    return tally_photos(attribute, failed, PeopleDraws(numbers, np.random.default_rng(1)))


def test_a_group_with_thrice_everybodys_errors_is_outside() -> None:
    tallies, overall = shares([20, 20, 200], 1000)
    compared = compare_rates(Measure.FTE, "abc", tallies, overall)
    assert compared.overall.value == pytest.approx(0.08)
    assert [figure.verdict for figure in compared.groups] == [WITHIN, WITHIN, OUTSIDE]
    assert compared.groups[2].ratio is not None
    assert compared.groups[2].ratio.value == pytest.approx(2.5)
    assert compared.verdict is OUTSIDE


def test_equal_groups_of_many_are_within_and_of_few_undecidable() -> None:
    for people, verdict in ((4000, WITHIN), (40, UNDECIDABLE)):
        tallies, overall = shares([people // 4] * 2, people)
        assert compare_rates(Measure.FTE, "ab", tallies, overall).verdict is verdict


def test_differentials_are_the_largest_over_the_smallest_and_over_the_geometric_mean() -> None:
    tallies, overall = shares([100, 200, 400], 1000)
    differential = compare_rates(Measure.FTE, "abc", tallies, overall).differential
    assert differential.max_over_min is not None
    assert differential.max_over_geometric_mean is not None
    assert differential.max_over_min.value == pytest.approx(4)
    assert differential.max_over_geometric_mean.value == pytest.approx(2)
    assert differential.max_over_min.low < 4 < (differential.max_over_min.high or math.inf)


def test_a_group_without_errors_has_a_bound_and_no_differential() -> None:
    tallies, overall = shares([0, 30], 100)
    compared = compare_rates(Measure.FTE, "ab", tallies, overall)
    spotless = compared.groups[0]
    assert compared.differential.max_over_min is None
    assert spotless.rule_of_three == pytest.approx(0.03)
    assert spotless.rate.high == pytest.approx(1 - 0.025**0.01)
    assert spotless.ratio is not None
    assert spotless.ratio.high == pytest.approx((1 - 0.0125**0.01) / 0.15)


def test_nobodys_errors_decide_nothing() -> None:
    tallies, overall = shares([0, 0], 5000)
    compared = compare_rates(Measure.FTE, "ab", tallies, overall)
    assert {figure.ratio for figure in compared.groups} == {None}
    assert compared.verdict is UNDECIDABLE


def test_a_rate_needs_trials() -> None:
    nothing = Tally(0, 0, 0, np.zeros(REPLICATES), np.zeros(REPLICATES), are_pairs=True)
    with pytest.raises(ValueError, match="no trials"):
        compare_rates(Measure.FNMR, "a", [nothing], nothing)


@given(st.lists(st.sampled_from(list(Verdict)), min_size=1))
def test_one_outside_is_outside_and_only_all_within_are_within(verdicts: list[Verdict]) -> None:
    joined = join_verdicts(verdicts)
    assert (joined is OUTSIDE) == (OUTSIDE in verdicts)
    assert (joined is WITHIN) == all(verdict is WITHIN for verdict in verdicts)


DIMENSION = 8
MATCHER = Matcher((EmbeddingPart("made up", "drawn at random", DIMENSION, weight=1.0),))
LOOSEST = 0.0


def compared(people: Sequence[int], groups: Sequence[int], seed: int = 1) -> tuple[
    Pairs, Attribute, PeopleDraws, np.ndarray[tuple[int, ...], np.dtype[np.float32]]
]:  # fmt: skip
    numbers: People = np.unique(people, return_inverse=True)[1].astype(np.int32)
    vectors = np.random.default_rng(seed).normal(size=(len(people), DIMENSION))
    embeddings = normalize(vectors.astype(np.float32))
    attribute = Attribute("group", ("a", "b", "c"), np.array(groups, np.int32))
    pairs = compare_photos(embeddings, MATCHER, numbers, [attribute], LOOSEST)
    return (
        pairs,
        attribute,
        PeopleDraws(numbers, np.random.default_rng(2)),
        embeddings @ embeddings.T,
    )


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2)), min_size=8, max_size=40).filter(
        lambda photos: len({person for person, _ in photos}) > 2
    )
)
def test_pairs_are_counted_as_one_by_one(photos: list[tuple[int, int]]) -> None:
    people, groups = zip(*photos, strict=True)
    pairs, attribute, draws, products = compared(people, groups)
    tallies = MatchTallies.of(attribute, pairs, draws, Similarity(0.3))
    expected: dict[tuple[int, int], list[int]] = {cell: [0, 0] for cell in tallies.cells}
    genuine = []
    for one, other in combinations(range(len(photos)), 2):
        if people[one] == people[other]:
            genuine.append(products[one, other] < 0.3)
            continue
        low, high = sorted((groups[one], groups[other]))
        expected[low, high][1] += 1
        expected[low, high][0] += int(products[one, other] >= 0.3)
    assert {cell: [t.errors, t.trials] for cell, t in tallies.cells.items()} == expected
    _, overall = tally_genuine(attribute, pairs, draws, 0.3)
    assert (overall.errors, overall.trials) == (sum(genuine), len(genuine))


@settings(max_examples=10)
@given(st.lists(st.integers(0, 9), min_size=6, max_size=30).filter(lambda p: len(set(p)) > 3))
def test_drawn_people_count_as_pairs_of_the_photos_they_bring(people: list[int]) -> None:
    groups = [person % 3 for person in people]
    pairs, attribute, draws, products = compared(people, groups)
    tallies = MatchTallies.of(attribute, pairs, draws, Similarity(0.3))
    weights = draws._weights[:, 0]
    for low, high in tallies.cells:
        errors = trials = 0.0
        for one, other in combinations(range(len(people)), 2):
            cell = tuple(sorted((groups[one], groups[other])))
            if cell != (low, high) or people[one] == people[other]:
                continue
            weight = weights[draws.people[one]] * weights[draws.people[other]]
            trials += weight
            errors += weight * (products[one, other] >= 0.3)
        assert tallies.cells[low, high].drawn_trials[0] == pytest.approx(trials)
        assert tallies.cells[low, high].drawn_errors[0] == pytest.approx(errors)


def test_fmr_within_a_group_is_compared_with_that_of_any_two_of_one_group() -> None:
    photos = 300
    groups = [number % 3 for number in range(photos)]
    pairs, attribute, draws, _ = compared(range(photos), groups)
    tallies = MatchTallies.of(attribute, pairs, draws, Similarity(0.5))
    within, everybody = tallies.compare(1e-2)
    assert within.trials == 3 * (100 * 99 // 2)
    assert everybody.trials == photos * (photos - 1) // 2
    assert within.errors == sum(figure.errors for figure in within.groups)
    for found in (within, everybody):
        for figure in found.groups:
            assert figure.rate.low <= figure.rate.value <= figure.rate.high
            assert figure.verdict is not OUTSIDE  # drawn from one distribution
    matrix = tallies.matrix()
    assert matrix[0][2] == matrix[2][0]


def test_a_groups_threshold_is_that_of_its_own_impostors() -> None:
    photos = 240
    pairs, attribute, draws, products = compared(range(photos), [n % 3 for n in range(photos)])
    for number, found in enumerate(find_thresholds(attribute, pairs, draws, 1e-2)):
        own = products[number::3, number::3]
        scores = own[np.triu_indices(len(own), k=1)].astype(np.float32)
        assert found.threshold is not None
        assert found.threshold.value == pytest.approx(find_threshold(scores, 1e-2), abs=1e-6)
        assert found.threshold.low <= found.threshold.value <= found.threshold.high


def test_a_threshold_that_hangs_on_single_pairs_is_not_told() -> None:
    pairs, attribute, draws, _ = compared(range(30), [n % 3 for n in range(30)])
    assert [found.threshold for found in find_thresholds(attribute, pairs, draws, 1e-2)] == [
        None
    ] * 3
    every = find_thresholds(attribute, pairs, draws, 0.9)  # below what was kept
    assert [found.threshold for found in every] == [None] * 3
