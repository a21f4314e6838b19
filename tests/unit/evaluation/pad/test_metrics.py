from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.evaluation.pad.metrics import (
    draw_sources,
    find_bpcer_threshold,
    leave_one_source_out,
    measure_separation,
    passes,
    rate,
    trace_det,
)

scores = st.lists(
    st.one_of(st.floats(-10, 10, width=32), st.just(math.nan)), min_size=1, max_size=60
)


@given(scores, st.sampled_from((0.0, 0.01, 0.05, 0.1, 0.5)))
def test_a_threshold_rejects_no_more_than_it_may_unless_they_cannot_be_judged(
    values: list[float], target: float
) -> None:
    bona_fide = np.array(values)
    threshold = find_bpcer_threshold(bona_fide, target)
    rejected = 1 - passes(bona_fide, threshold).mean()
    unjudged = np.isnan(bona_fide).mean()
    assert rejected <= target + 1e-9 or (threshold == math.inf and unjudged > target)


@given(scores)
def test_a_higher_threshold_would_reject_too_many(values: list[float]) -> None:
    bona_fide = np.array(values)
    threshold = find_bpcer_threshold(bona_fide, 0.1)
    if math.isfinite(threshold):
        higher = passes(bona_fide, np.nextafter(threshold, math.inf))
        assert 1 - higher.mean() > 0.1


def test_what_could_not_be_judged_never_passes() -> None:
    assert passes(np.array([math.nan, 1.0, -1.0]), 0.0).tolist() == [False, True, False]
    assert not passes(np.array([math.nan]), -math.inf).any()


def test_without_bona_fide_nothing_passes() -> None:
    assert find_bpcer_threshold(np.array([]), 0.1) == math.inf


def test_equal_scores_all_pass() -> None:
    assert find_bpcer_threshold(np.full(20, 0.5), 0.05) == 0.5


def test_a_source_gets_the_threshold_of_the_others() -> None:
    values = np.array([1.0, 2.0, 10.0, 20.0])
    thresholds = leave_one_source_out(
        values, np.ones(4, np.bool_), np.array([0, 0, 1, 1], np.int32), 0.0
    )
    assert thresholds.tolist() == [10, 10, 1, 1]


def test_a_source_without_others_to_learn_from_passes_nothing() -> None:
    thresholds = leave_one_source_out(
        np.array([1.0, 2.0]), np.array([True, False]), np.array([0, 0], np.int32), 0.1
    )
    assert (thresholds == math.inf).all()


def test_frames_of_few_sources_are_worth_less_than_they_look() -> None:
    sources = np.repeat(np.arange(4, dtype=np.int32), 50)
    errors = sources == 0  # one source fails wholly, the others never
    weights = draw_sources(sources, np.random.default_rng(1))
    told = rate(errors, weights)
    assert told.value == 0.25
    assert told.by_source is not None
    assert told.alone.high - told.alone.low < 0.15
    assert told.by_source.high - told.by_source.low > 0.6


def test_one_source_has_no_spread_to_tell() -> None:
    weights = draw_sources(np.zeros(9, np.int32), np.random.default_rng(1))
    assert weights is None
    assert rate(np.ones(9, np.bool_), None).by_source is None


def test_perfect_and_useless_scores() -> None:
    bona_fide = np.repeat([True, False], 50)
    perfect = measure_separation(bona_fide.astype(float), bona_fide, None, (0.01, 0.1))
    assert perfect.equal_error_rate.value == 0
    assert [point.value for point in perfect.at_bpcer] == [0, 0]
    useless = measure_separation(np.zeros(100), bona_fide, None, (0.1,))
    assert useless.equal_error_rate.value == pytest.approx(0.5)
    assert useless.at_bpcer[0].value == 1


def test_bona_fide_that_cannot_be_judged_count_as_rejected() -> None:
    bona_fide = np.repeat([True, False], 10)
    values = np.where(bona_fide, 1.0, 0.0)
    values[:2] = math.nan
    told = measure_separation(values, bona_fide, None, (0.1, 0.2))
    assert [point.value for point in told.at_bpcer] == [1, 0]


@given(st.integers(0, 2**32 - 1), st.integers(2, 5))
def test_every_value_lies_in_its_interval(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    sources = np.repeat(np.arange(count, dtype=np.int32), 12)
    bona_fide = np.tile([True, False], 6 * count)
    values = rng.normal(size=12 * count) + bona_fide
    weights = draw_sources(sources, rng)
    told = measure_separation(values, bona_fide, weights, (0.05, 0.1))
    for estimate in (*told.at_bpcer, told.equal_error_rate):
        assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1


def test_a_curve_goes_from_nothing_passes_to_everything_passes() -> None:
    apcer, bpcer = trace_det(
        np.array([0.2, 0.8, math.nan, 0.5]), np.array([True] * 2 + [False] * 2)
    )
    assert (apcer[0], bpcer[0]) == (0, 1)
    assert (apcer[-1], bpcer[-1]) == (1, 0)
