from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mien.core.scoring import Curve, FalseMatchRate, Similarity
from mien.errors import InvalidRequestError
from mien.evaluation.calibration_curve import RULE_OF_30, STRICTEST_FMR, measure_curve
from mien.evaluation.comparisons import Comparisons
from mien.evaluation.resampling import PeopleResampler

PEOPLE = 50
SPREAD = 0.1
GENUINE_MEAN = 0.7


def _comparisons(impostors: int, genuine: int) -> Comparisons:
    """Draw similarities around 0 of two people each, and around 0.7 of one."""
    rng = np.random.default_rng(4)
    scores = np.concatenate(
        [rng.normal(0, SPREAD, impostors), rng.normal(GENUINE_MEAN, SPREAD, genuine)]
    )
    references = rng.integers(0, PEOPLE, impostors + genuine).astype(np.int32)
    other = ((references + rng.integers(1, PEOPLE, len(references))) % PEOPLE).astype(np.int32)
    same = np.arange(len(references)) >= impostors
    probes = np.where(same, references, other)
    return Comparisons(scores.astype(np.float32), references, probes, same, impostors)


def _measure(comparisons: Comparisons) -> Curve:
    return measure_curve(comparisons, PeopleResampler(PEOPLE, np.random.default_rng(0)))


@pytest.fixture(scope="module")
def comparisons() -> Comparisons:
    return _comparisons(100_000, 1000)


@pytest.fixture(scope="module")
def curve(comparisons: Comparisons) -> Curve:
    return _measure(comparisons)


def _measured_fmr(curve: Curve) -> float:
    """Return the strictest rate that was counted."""
    return curve.false_match_rates[curve.measured - 1]


def test_thresholds_reproduce_their_rates(curve: Curve, comparisons: Comparisons) -> None:
    impostor = comparisons.scores[~comparisons.genuine]
    genuine = comparisons.scores[comparisons.genuine]
    points = zip(
        curve.similarities, curve.false_match_rates, curve.false_non_match_rates, strict=True
    )
    for number, (threshold, fmr, fnmr) in enumerate(points):
        if number < curve.measured:
            assert (impostor >= threshold).mean() == pytest.approx(fmr, rel=1e-5)
        assert (genuine < threshold).mean() == pytest.approx(fnmr, rel=1e-5)


def test_nothing_is_called_measured_beyond_thirty_errors(curve: Curve) -> None:
    assert RULE_OF_30 <= _measured_fmr(curve) * 100_000 < RULE_OF_30 * 2
    assert curve.is_extrapolated(FalseMatchRate(RULE_OF_30 / 100_000 / 2))


def test_repeated_impostors_support_no_stricter_rate(
    curve: Curve, comparisons: Comparisons
) -> None:
    repeated = _measure(replace(comparisons, distinct_impostors=10_000))
    assert _measured_fmr(repeated) == pytest.approx(10 * _measured_fmr(curve), rel=0.1)


def test_beyond_what_was_counted_the_line_of_the_last_decade_goes_on(curve: Curve) -> None:
    assert curve.strictest == pytest.approx(STRICTEST_FMR)
    assert curve.measured < len(curve.similarities)
    beyond = slice(curve.measured, None)
    slopes = np.diff(np.log10(curve.false_match_rates[beyond])) / np.diff(
        curve.similarities[beyond]
    )
    assert np.ptp(slopes) < 0.01 * abs(slopes.mean())


def test_what_is_continued_is_on_the_safe_side(curve: Curve) -> None:
    """Tails like a normal one's fall faster than any line: it promises less than is kept."""
    unseen = np.random.default_rng(5).normal(0, SPREAD, 3_000_000)
    threshold = curve.threshold(FalseMatchRate(2e-5))
    assert curve.is_extrapolated(FalseMatchRate(2e-5))
    assert (unseen >= threshold).mean() < 2e-5


def test_an_interval_holds_the_rate_that_was_counted(curve: Curve) -> None:
    for rate, (low, high) in zip(curve.false_match_rates, curve.fmr_intervals, strict=True):
        assert low <= rate <= high
    low, high = curve.fmr_intervals[curve.measured - 1]
    assert low < _measured_fmr(curve) < high


def test_where_nothing_was_counted_a_rate_is_only_known_to_be_lower(curve: Curve) -> None:
    _, last = curve.fmr_intervals[curve.measured - 1]
    assert set(curve.fmr_intervals[curve.measured :]) == {(0.0, last)}


def test_the_likelihood_ratio_is_that_of_the_two_kinds(curve: Curve) -> None:
    """Of two normal distributions of one spread, the logarithm of the ratio is a line."""
    slope = GENUINE_MEAN / SPREAD**2 / np.log(10)
    middle = curve.log10_likelihood_ratio(Similarity(GENUINE_MEAN / 2))
    higher = curve.log10_likelihood_ratio(Similarity(GENUINE_MEAN / 2 + 0.1))
    assert middle == pytest.approx(0, abs=1)
    assert higher - middle == pytest.approx(0.1 * slope, rel=0.3)


@pytest.mark.parametrize(("impostors", "genuine"), [(0, 10), (30, 10), (10_000, 0)])
def test_too_few_comparisons_are_refused(impostors: int, genuine: int) -> None:
    with pytest.raises(InvalidRequestError, match="too few"):
        _measure(_comparisons(impostors, genuine))
