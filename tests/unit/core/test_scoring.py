from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.scoring import Calibration, Curve, FalseMatchRate, Similarity
from mien.errors import InvalidRequestError

CURVE = Curve(
    similarities=(0.80, 0.90, 0.95, 1.00),
    false_match_rates=(1e-1, 1e-2, 1e-4, 1e-6),
    fmr_intervals=((1e-1, 1e-1), (8e-3, 1.2e-2), (5e-5, 2e-4), (0.0, 2e-4)),
    false_non_match_rates=(0.0, 0.02, 0.10, 0.50),
    measured=3,
    likelihood_ratio=(40.0, -34.0),
    impostor_comparisons=1_000_000,
    genuine_comparisons=5_000,
)
"""Measured down to 1e-4, and continued from there."""


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    """Draw a curve of two to eight points, as far apart as measured ones are."""
    count = draw(st.integers(2, 8))
    steps = st.lists(st.floats(1e-3, 0.2), min_size=count, max_size=count)
    drops = st.lists(st.floats(0.05, 1.0), min_size=count, max_size=count)
    rates = 10.0 ** -np.cumsum(draw(drops))
    return Curve(
        similarities=tuple((-0.5 + np.cumsum(draw(steps))).tolist()),
        false_match_rates=tuple(rates.tolist()),
        fmr_intervals=tuple((rate / 2, rate * 2) for rate in rates.tolist()),
        false_non_match_rates=tuple(
            sorted(draw(st.lists(st.floats(0, 1), min_size=count, max_size=count)))
        ),
        measured=draw(st.integers(1, count)),
        likelihood_ratio=(draw(st.floats(1, 50)), draw(st.floats(-50, 0))),
        impostor_comparisons=100_000_000,
        genuine_comparisons=1_000,
    )


shares = st.floats(0, 1)


def between(low: float, high: float, share: float) -> float:
    return min(max(low + (high - low) * share, low), high)


class TestCurve:
    @pytest.mark.parametrize(
        ("score", "rate"), list(zip(CURVE.similarities, CURVE.false_match_rates, strict=True))
    )
    def test_it_passes_through_its_points(self, score: float, rate: float) -> None:
        assert CURVE.false_match_rate(Similarity(score)) == pytest.approx(rate)
        assert CURVE.threshold(FalseMatchRate(rate)) == pytest.approx(score)

    def test_it_is_log_linear_in_between(self) -> None:
        assert CURVE.false_match_rate(Similarity(0.925)) == pytest.approx(1e-3)
        assert CURVE.threshold(FalseMatchRate(1e-3)) == pytest.approx(0.925)

    def test_nothing_is_promised_beyond_its_ends(self) -> None:
        assert CURVE.false_match_rate(Similarity(1.5)) == pytest.approx(CURVE.strictest)
        assert CURVE.false_match_rate(Similarity(-1.0)) == pytest.approx(1e-1)

    @given(curves(), st.floats(-1, 1), st.floats(-1, 1))
    def test_a_higher_similarity_never_has_a_higher_false_match_rate(
        self, curve: Curve, one: float, other: float
    ) -> None:
        low, high = sorted((Similarity(one), Similarity(other)))

        assert curve.false_match_rate(high) <= curve.false_match_rate(low)

    @given(curves(), shares, shares)
    def test_a_stricter_target_never_has_a_lower_threshold(
        self, curve: Curve, one: float, other: float
    ) -> None:
        rates = curve.false_match_rates
        strict, loose = sorted(
            FalseMatchRate(between(rates[-1], rates[0], share)) for share in (one, other)
        )

        assert curve.threshold(strict) >= curve.threshold(loose)

    @given(curves(), shares)
    def test_threshold_and_false_match_rate_are_inverse(self, curve: Curve, share: float) -> None:
        rates = curve.false_match_rates
        target = FalseMatchRate(between(rates[-1], rates[0], share))

        assert curve.false_match_rate(curve.threshold(target)) == pytest.approx(target, rel=1e-6)

    @pytest.mark.parametrize("target", [1e-7, 0.2, 0.0, -1.0, 1.0, math.nan, math.inf])
    def test_a_target_that_it_does_not_reach_is_refused(self, target: float) -> None:
        with pytest.raises(InvalidRequestError, match="supports false match rates from 1e-06"):
            CURVE.threshold(FalseMatchRate(target))

    def test_a_higher_threshold_rejects_more_genuine_comparisons(self) -> None:
        thresholds = [Similarity(threshold) for threshold in (0.5, 0.85, 0.9, 0.93, 1.0)]

        rates = [CURVE.false_non_match_rate(threshold) for threshold in thresholds]

        assert rates == sorted(rates)
        assert rates[2] == pytest.approx(0.02)

    @pytest.mark.parametrize(
        ("rate", "extrapolated"), [(1e-1, False), (1e-4, False), (9e-5, True), (1e-6, True)]
    )
    def test_a_rate_that_was_never_counted_is_told_apart(
        self, rate: float, *, extrapolated: bool
    ) -> None:
        assert CURVE.is_extrapolated(FalseMatchRate(rate)) is extrapolated

    @given(curves(), shares)
    def test_an_interval_holds_its_rate(self, curve: Curve, share: float) -> None:
        rates = curve.false_match_rates
        target = FalseMatchRate(between(rates[-1], rates[0], share))

        low, high = curve.interval(target)

        if curve.is_extrapolated(target):
            assert (low, high) == (0, curve.fmr_intervals[curve.measured - 1][1])
        else:
            assert low == pytest.approx(target / 2, rel=1e-6)
            assert high == pytest.approx(target * 2, rel=1e-6)

    @pytest.mark.parametrize(("rate", "interval"), [(1e-2, (8e-3, 1.2e-2)), (1e-4, (5e-5, 2e-4))])
    def test_an_interval_passes_through_what_was_measured(
        self, rate: float, interval: tuple[float, float]
    ) -> None:
        assert CURVE.interval(FalseMatchRate(rate)) == pytest.approx(interval)

    def test_where_nothing_was_counted_a_rate_is_only_known_to_be_lower(self) -> None:
        low, high = CURVE.interval(FalseMatchRate(1e-6))

        assert low < 1e-9
        assert high == pytest.approx(2e-4)

    def test_the_weight_of_the_evidence_is_a_line_through_no_evidence_at_all(self) -> None:
        assert CURVE.log10_likelihood_ratio(Similarity(0.85)) == pytest.approx(0)
        assert CURVE.log10_likelihood_ratio(Similarity(0.90)) == pytest.approx(2)
        assert CURVE.log10_likelihood_ratio(Similarity(0.80)) == pytest.approx(-2)


class TestCalibration:
    def curve_of(self, strictest: float) -> Curve:
        return replace(
            CURVE,
            similarities=(0.8, 0.9),
            false_match_rates=(1e-1, strictest),
            false_non_match_rates=(0.0, 0.1),
        )

    @pytest.fixture
    def calibration(self) -> Calibration:
        return Calibration("contract", "source", {n: self.curve_of(10.0**-n) for n in (5, 1, 3)})

    @pytest.mark.parametrize(
        ("samples", "curve"), [(1, 1), (2, 3), (3, 3), (4, 5), (5, 5), (6, 5), (100, 5)]
    )
    def test_the_number_of_samples_is_rounded_up_to_a_calibrated_one(
        self, calibration: Calibration, samples: int, curve: int
    ) -> None:
        assert calibration.curve(samples) is calibration.curves[curve]

    def test_a_target_is_required_of_every_curve(self, calibration: Calibration) -> None:
        calibration.require(FalseMatchRate(0.1))

        with pytest.raises(InvalidRequestError):
            calibration.require(FalseMatchRate(1e-3))
