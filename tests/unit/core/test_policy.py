from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.matching import Comparison
from mien.core.policy import Reason, decide, identification_target
from mien.core.scoring import Curve, FalseMatchRate, Similarity
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

TARGET = FalseMatchRate(1e-3)

targets = st.floats(1e-6, 1e-1).map(FalseMatchRate)
gallery_sizes = st.integers(0, 10_000_000)
positive_rates = st.floats(1e-6, 1 - 1e-6)
strictest_rates = st.floats(1e-7, 1e-4).map(FalseMatchRate)
loosest_rates = st.floats(1e-4, 1e-2).map(FalseMatchRate)


def comparison(similarity: float) -> Comparison:
    return Comparison(Similarity(similarity), {"a model": similarity})


class TestDeciding:
    def test_a_similarity_above_the_threshold_is_accepted(self) -> None:
        decision = decide(comparison(0.94), CURVE, TARGET)

        assert decision.accepted
        assert decision.reason is Reason.MATCH
        assert decision.threshold == pytest.approx(0.925)
        assert decision.false_match_rate < TARGET

    def test_a_decision_keeps_what_each_model_said(self) -> None:
        said = comparison(0.94)

        decision = decide(said, CURVE, TARGET)

        assert decision.comparison is said
        assert decision.similarity == said.similarity

    @pytest.mark.parametrize(
        ("similarity", "target", "extrapolated"),
        [
            pytest.param(0.93, 1e-3, False, id="counted"),
            pytest.param(0.99, 1e-3, True, id="a rate below what was counted"),
            pytest.param(0.93, 1e-5, True, id="a target below what was counted"),
        ],
    )
    def test_it_is_told_when_nobody_has_counted_so_few_false_matches(
        self, similarity: float, target: float, *, extrapolated: bool
    ) -> None:
        decision = decide(comparison(similarity), CURVE, FalseMatchRate(target))

        assert decision.extrapolated is extrapolated

    def test_the_weight_of_the_evidence_does_not_hang_on_the_target(self) -> None:
        strict, loose = (
            decide(comparison(0.9), CURVE, FalseMatchRate(target)) for target in (1e-4, 1e-1)
        )

        assert loose.accepted
        assert not strict.accepted
        assert strict.log10_likelihood_ratio == pytest.approx(2)
        assert loose.log10_likelihood_ratio == pytest.approx(2)

    def test_the_threshold_itself_is_accepted(self) -> None:
        assert decide(comparison(CURVE.threshold(TARGET)), CURVE, TARGET).accepted

    def test_a_similarity_below_the_threshold_is_rejected(self) -> None:
        decision = decide(comparison(math.nextafter(CURVE.threshold(TARGET), 0)), CURVE, TARGET)

        assert not decision.accepted
        assert decision.reason is Reason.LOW_CONFIDENCE

    @given(targets)
    def test_nan_is_never_accepted(self, target: FalseMatchRate) -> None:
        decision = decide(comparison(math.nan), CURVE, target)

        assert decision.accepted is False
        assert decision.reason is Reason.LOW_CONFIDENCE

    @pytest.mark.parametrize("target", [math.nan, 1e-9, 1.0])
    def test_no_decision_is_made_for_a_target_that_cannot_be_kept(self, target: float) -> None:
        with pytest.raises(InvalidRequestError):
            decide(comparison(1.0), CURVE, FalseMatchRate(target))

    @given(st.floats(-1, 1), targets)
    def test_confidence_is_what_is_left_of_the_false_match_rate(
        self, score: float, target: FalseMatchRate
    ) -> None:
        decision = decide(comparison(score), CURVE, target)

        assert decision.confidence == 1 - decision.false_match_rate
        assert 0 <= decision.confidence <= 1

    @given(st.floats(-1, 1), targets)
    def test_accepted_means_a_false_match_rate_not_above_the_target(
        self, score: float, target: FalseMatchRate
    ) -> None:
        decision = decide(comparison(score), CURVE, target)

        if decision.accepted:
            assert decision.false_match_rate <= target * (1 + 1e-9)
        else:
            assert decision.false_match_rate >= target * (1 - 1e-9)


class TestIdentificationTarget:
    @given(gallery_sizes, positive_rates, strictest_rates, loosest_rates)
    def test_it_keeps_the_search_within_the_false_positive_rate(
        self, size: int, fpir: float, strictest: FalseMatchRate, loosest: FalseMatchRate
    ) -> None:
        target = identification_target(size, fpir, strictest=strictest, loosest=loosest)

        if target > strictest:
            assert 1 - (1 - target) ** size <= fpir * (1 + 1e-6)

    @given(gallery_sizes, positive_rates, strictest_rates, loosest_rates)
    def test_it_is_neither_looser_than_a_verification_nor_stricter_than_the_data(
        self, size: int, fpir: float, strictest: FalseMatchRate, loosest: FalseMatchRate
    ) -> None:
        target = identification_target(size, fpir, strictest=strictest, loosest=loosest)

        assert strictest <= target <= loosest

    @given(gallery_sizes, gallery_sizes, positive_rates, strictest_rates, loosest_rates)
    def test_a_larger_gallery_never_has_a_looser_target(
        self,
        one: int,
        other: int,
        fpir: float,
        strictest: FalseMatchRate,
        loosest: FalseMatchRate,
    ) -> None:
        small, large = (
            identification_target(size, fpir, strictest=strictest, loosest=loosest)
            for size in sorted((one, other))
        )

        assert large <= small

    def test_with_a_thousand_people_a_comparison_may_err_a_thousandth_as_often(self) -> None:
        target = identification_target(
            1_000, 1e-2, strictest=FalseMatchRate(1e-9), loosest=FalseMatchRate(1e-3)
        )

        assert target == pytest.approx(1e-5, rel=0.01)

    @pytest.mark.parametrize("fpir", [0.0, 1.0, -0.1, 2.0, math.nan])
    def test_a_rate_that_is_none_is_refused(self, fpir: float) -> None:
        with pytest.raises(InvalidRequestError, match="between 0 and 1"):
            identification_target(
                10, fpir, strictest=FalseMatchRate(1e-6), loosest=FalseMatchRate(1e-3)
            )
