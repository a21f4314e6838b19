from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import roc_auc_score, roc_curve

from mien.evaluation.metrics import (
    Flags,
    Scores,
    areas_under_roc,
    equal_error_rates,
    error_rates,
    estimate_mean,
    estimate_proportion,
    false_match_rate,
    false_non_match_rate,
    find_most_accurate_threshold,
    find_threshold,
    is_correct,
)

SIMILARITIES = st.floats(-1, 1, width=32)
SCORES = arrays(np.float32, st.integers(1, 60), elements=SIMILARITIES)
RATES = st.floats(1e-4, 1)
ROUNDING = 1e-12


def _scores(*values: float) -> Scores:
    return np.array(values, dtype=np.float32)


def _kinds(text: str) -> Flags:
    return np.array([kind == "g" for kind in text])


def test_a_score_at_the_threshold_matches() -> None:
    scores = _scores(0.25, 0.5, 0.5, 0.75)
    assert false_match_rate(scores, 0.5) == 0.75
    assert false_non_match_rate(scores, 0.5) == 0.25


def test_the_rates_of_everything_and_nothing() -> None:
    scores = _scores(0.25, 0.5)
    assert false_match_rate(scores, -1) == 1
    assert false_match_rate(scores, 0.51) == 0
    assert false_non_match_rate(scores, 0.51) == 1


def test_a_threshold_tolerates_the_share_asked_for() -> None:
    impostor = _scores(0.4, 0.1, 0.3, 0.2)
    assert np.count_nonzero(impostor >= find_threshold(impostor, 0.5)) == 2
    assert np.count_nonzero(impostor >= find_threshold(impostor, 0.49)) == 1
    assert np.count_nonzero(impostor >= find_threshold(impostor, 0.1)) == 0


def test_tied_impostors_are_all_kept_out() -> None:
    impostor = _scores(0.1, 0.3, 0.3, 0.3)
    assert np.count_nonzero(impostor >= find_threshold(impostor, 0.5)) == 0


@given(SCORES, RATES)
def test_a_threshold_never_exceeds_its_rate(impostor: Scores, target: float) -> None:
    threshold = find_threshold(impostor, target)
    assert false_match_rate(np.sort(impostor), threshold) <= target + ROUNDING


@given(arrays(np.float32, st.integers(1, 60), elements=SIMILARITIES, unique=True), RATES)
def test_a_threshold_reproduces_its_rate(impostor: Scores, target: float) -> None:
    reached = false_match_rate(np.sort(impostor), find_threshold(impostor, target))
    assert target - 1 / len(impostor) - ROUNDING < reached <= target + ROUNDING


@given(SCORES, SIMILARITIES, SIMILARITIES)
def test_higher_thresholds_match_less(scores: Scores, one: float, other: float) -> None:
    low, high = sorted((one, other))
    ascending = np.sort(scores)
    assert false_match_rate(ascending, low) >= false_match_rate(ascending, high)
    assert false_non_match_rate(ascending, low) <= false_non_match_rate(ascending, high)


def test_the_most_accurate_threshold_lies_between_the_kinds() -> None:
    scores = _scores(0.1, 0.2, 0.6, 0.8)
    assert find_most_accurate_threshold(scores, _kinds("iigg")) == pytest.approx(0.4)


def test_one_pair_out_of_order_costs_one_error() -> None:
    scores, genuine = _scores(0.1, 0.2, 0.3, 0.6, 0.7, 0.8), _kinds("iigigg")
    threshold = find_most_accurate_threshold(scores, genuine)
    assert is_correct(scores, genuine, threshold).sum() == 5


def test_a_single_kind_is_decided_correctly_as_a_whole() -> None:
    scores = _scores(0.1, 0.2)
    for kinds in ("gg", "ii"):
        genuine = _kinds(kinds)
        assert is_correct(scores, genuine, find_most_accurate_threshold(scores, genuine)).all()


@given(SCORES, st.data())
def test_no_other_threshold_is_more_accurate(scores: Scores, data: st.DataObject) -> None:
    genuine = data.draw(arrays(np.bool_, len(scores)))
    best = is_correct(scores, genuine, find_most_accurate_threshold(scores, genuine)).sum()
    for other in [*scores.tolist(), 2.0]:
        assert best >= is_correct(scores, genuine, other).sum()


def _equal_error_rate(scores: Scores, genuine: Flags) -> float:
    (rate,) = equal_error_rates(*error_rates(scores, genuine, np.ones((len(scores), 1))))
    return float(rate)


def test_kinds_that_do_not_overlap_have_no_equal_errors() -> None:
    assert _equal_error_rate(_scores(0.1, 0.2, 0.8, 0.9), _kinds("iigg")) == 0


def test_the_equal_error_rate_by_hand() -> None:
    # At 0.5 one of four impostors matches and one of four genuine does not.
    scores = _scores(0.1, 0.2, 0.3, 0.6, 0.4, 0.7, 0.8, 0.9)
    assert _equal_error_rate(scores, _kinds("iiiigggg")) == pytest.approx(0.25)


def test_scores_that_say_nothing_err_half_the_time() -> None:
    assert _equal_error_rate(_scores(0.5, 0.5, 0.5), _kinds("iig")) == pytest.approx(0.5)


def test_a_weight_counts_a_comparison_as_often() -> None:
    scores, genuine = _scores(0.1, 0.6, 0.4, 0.7), _kinds("iigg")
    repeats = np.array([[3, 1], [1, 2], [1, 5], [3, 1]])
    rates = equal_error_rates(*error_rates(scores, genuine, repeats.astype(np.float64)))
    for rate, times in zip(rates, repeats.T, strict=True):
        repeated = np.repeat(np.arange(4), times)
        assert rate == pytest.approx(_equal_error_rate(scores[repeated], genuine[repeated]))


@given(SCORES, st.data())
def test_the_equal_error_rate_lies_on_the_roc_curve(scores: Scores, data: st.DataObject) -> None:
    genuine = data.draw(arrays(np.bool_, len(scores)).filter(lambda g: 0 < g.sum() < len(g)))
    rate = _equal_error_rate(scores, genuine)
    fmr, tmr, _ = roc_curve(genuine, scores, drop_intermediate=False)
    below, above = fmr + tmr <= 1, fmr + tmr >= 1
    assert fmr[below].max() - 1e-9 <= rate <= fmr[above].min() + 1e-9
    assert 1 - tmr[above].min() - 1e-9 <= rate <= 1 - tmr[below].max() + 1e-9


@given(SCORES, st.data())
def test_the_area_under_the_curve_is_scikit_learns(scores: Scores, data: st.DataObject) -> None:
    genuine = data.draw(arrays(np.bool_, len(scores)).filter(lambda g: 0 < g.sum() < len(g)))
    weights = data.draw(arrays(np.float64, len(scores), elements=st.integers(1, 4)))
    (area,) = areas_under_roc(*error_rates(scores, genuine, weights[:, None]))
    assert area == pytest.approx(roc_auc_score(genuine, scores, sample_weight=weights))


def test_no_failure_in_a_hundred_is_not_no_failure() -> None:
    estimate = estimate_proportion(0, 100)
    assert estimate.value == estimate.low == 0
    assert estimate.high == pytest.approx(1 - 0.025 ** (1 / 100))  # Clopper-Pearson, closed form


@given(st.integers(1, 10_000), st.data())
def test_a_proportion_lies_in_its_interval(trials: int, data: st.DataObject) -> None:
    estimate = estimate_proportion(data.draw(st.integers(0, trials)), trials)
    assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1


def test_the_interval_of_a_mean_by_hand() -> None:
    estimate = estimate_mean([0.52, 0.53])
    # Standard error 0.005; Student's t of one degree of freedom: tan(0.475 pi).
    assert estimate.value == pytest.approx(0.525)
    assert estimate.high - estimate.value == pytest.approx(0.005 * np.tan(0.475 * np.pi))
    assert estimate.value - estimate.low == pytest.approx(0.005 * np.tan(0.475 * np.pi))


def test_no_accuracy_exceeds_one() -> None:
    estimate = estimate_mean([0.9, 1.0])
    assert estimate.low == pytest.approx(0.95 - 0.05 * np.tan(0.475 * np.pi))
    assert estimate.high == 1
