from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.scoring import Calibration, Curve, FalseMatchRate, Similarity, similarity
from mien.core.template import normalize
from mien.errors import InvalidRequestError

CURVE = Curve(
    similarities=(0.80, 0.90, 0.95),
    false_match_rates=(1e-1, 1e-2, 1e-4),
    false_non_match_rates=(0.0, 0.02, 0.10),
    impostor_comparisons=1_000_000,
    genuine_comparisons=5_000,
)


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
        false_non_match_rates=tuple(
            sorted(draw(st.lists(st.floats(0, 1), min_size=count, max_size=count)))
        ),
        impostor_comparisons=100_000_000,
        genuine_comparisons=1_000,
    )


shares = st.floats(0, 1)


def between(low: float, high: float, share: float) -> float:
    return min(max(low + (high - low) * share, low), high)


class TestSimilarity:
    @given(st.integers(0, 2**32 - 1))
    def test_it_is_the_cosine(self, seed: int) -> None:
        one, other = normalize(np.random.default_rng(seed).normal(size=(2, 128)).astype(np.float32))

        assert similarity(one, one) == pytest.approx(1, abs=1e-6)
        assert similarity(one, -one) == pytest.approx(-1, abs=1e-6)
        assert similarity(one, other) == similarity(other, one)
        assert -1 <= similarity(one, other) <= 1


class TestCurve:
    @pytest.mark.parametrize(
        ("score", "rate"), list(zip(CURVE.similarities, CURVE.false_match_rates, strict=True))
    )
    def test_it_passes_through_what_was_measured(self, score: float, rate: float) -> None:
        assert CURVE.false_match_rate(Similarity(score)) == pytest.approx(rate)
        assert CURVE.threshold(FalseMatchRate(rate)) == pytest.approx(score)

    def test_it_is_log_linear_in_between(self) -> None:
        assert CURVE.false_match_rate(Similarity(0.925)) == pytest.approx(1e-3)
        assert CURVE.threshold(FalseMatchRate(1e-3)) == pytest.approx(0.925)

    def test_nothing_is_promised_beyond_what_was_measured(self) -> None:
        assert CURVE.false_match_rate(Similarity(0.999)) == pytest.approx(CURVE.strictest)
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

    @pytest.mark.parametrize("target", [1e-5, 0.2, 0.0, -1.0, 1.0, math.nan, math.inf])
    def test_a_target_that_the_data_does_not_support_is_refused(self, target: float) -> None:
        with pytest.raises(InvalidRequestError, match="supports false match rates from 1e-04"):
            CURVE.threshold(FalseMatchRate(target))

    def test_a_higher_threshold_rejects_more_genuine_comparisons(self) -> None:
        thresholds = [Similarity(threshold) for threshold in (0.5, 0.85, 0.9, 0.93, 1.0)]

        rates = [CURVE.false_non_match_rate(threshold) for threshold in thresholds]

        assert rates == sorted(rates)
        assert rates[2] == pytest.approx(0.02)


class TestCalibration:
    def curve_of(self, strictest: float) -> Curve:
        return Curve((0.8, 0.9), (1e-1, strictest), (0.0, 0.1), 1_000, 100)

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
