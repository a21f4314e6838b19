"""Histograms and error rates: they say the same, and what naive counting says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.score_distribution import (
    Scores,
    choose_edges,
    distribution_of_curve,
    distribution_of_scores,
)
from mien.core.scoring import Curve

values = st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=60)


@st.composite
def scores(draw: st.DrawFn) -> Scores:
    genuine, impostor = np.array(draw(values)), np.array(draw(values))
    people = draw(st.integers(1, len(impostor)))
    return Scores(genuine, impostor, np.arange(len(impostor)) % people)


@given(scores())
def test_rates_are_those_of_naive_counting(given_scores: Scores) -> None:
    spread = distribution_of_scores(given_scores)
    for place, threshold in enumerate(spread.thresholds):
        fmr = (given_scores.impostor >= threshold).mean()
        fnmr = (given_scores.genuine < threshold).mean()
        assert spread.false_match_rates[place] == pytest.approx(fmr)
        assert spread.false_non_match_rates[place] == pytest.approx(fnmr)


@given(scores())
def test_a_histogram_holds_everything_and_adds_up_to_the_rates(given_scores: Scores) -> None:
    spread = distribution_of_scores(given_scores)
    assert sum(spread.genuine) == pytest.approx(1)
    assert sum(spread.impostor) == pytest.approx(1)
    assert len(spread.edges) == len(spread.genuine) + 1 == len(spread.impostor) + 1
    assert np.cumsum(spread.genuine) == pytest.approx(spread.false_non_match_rates[1:])
    assert 1 - np.cumsum(spread.impostor) == pytest.approx(spread.false_match_rates[1:])


@given(scores())
def test_intervals_hold_the_rate_and_know_no_certainty(given_scores: Scores) -> None:
    spread = distribution_of_scores(given_scores)
    people = len(np.unique(given_scores.impostor_of))
    for rate, (low, high) in zip(spread.false_match_rates, spread.fmr_intervals, strict=True):
        assert 0 <= low <= high <= 1
        if rate == 0:
            assert low == 0
            assert high == pytest.approx(1 - 0.025 ** (1 / people))
        if rate == 1:
            assert low < 1


def test_an_interval_is_as_wide_as_people_differ() -> None:
    # A hundred comparisons each: of ten people alike, and of one who is taken for everybody.
    of = np.repeat(np.arange(10), 100)
    alike = np.where(np.arange(1000) % 10 == 0, 1.0, 0.0)
    one = np.where(of == 0, 1.0, 0.0)
    widths = []
    for impostor in (alike, one):
        spread = distribution_of_scores(Scores(np.array([1.0]), impostor, of))
        place = int(np.searchsorted(spread.thresholds, 0.5))
        assert spread.false_match_rates[place] == pytest.approx(0.1)
        low, high = spread.fmr_intervals[place]
        widths.append(high - low)
    assert widths[0] == pytest.approx(0)
    assert widths[1] > 0.2


@given(values)
def test_edges_are_round_and_hold_every_similarity(found: list[float]) -> None:
    edges = choose_edges(np.array(found))
    assert edges[0] <= min(found)
    assert max(found) < edges[-1]
    assert 2 <= len(edges) <= 64
    assert np.all(np.diff(edges) > 0)


def test_a_curve_is_told_between_its_points() -> None:
    curve = Curve(
        similarities=(0.0, 0.5, 1.0),
        false_match_rates=(0.9, 0.1, 0.01),
        fmr_intervals=((0.9, 0.9), (0.08, 0.12), (0.0, 0.02)),
        false_non_match_rates=(0.0, 0.2, 0.7),
        measured=3,
        likelihood_ratio=(1.0, 0.0),
        impostor_comparisons=1000,
        genuine_comparisons=100,
    )
    spread = distribution_of_curve(curve)
    assert spread.impostor == pytest.approx((0.8, 0.09))
    assert spread.genuine == pytest.approx((0.2, 0.5))
    assert spread.edges == spread.thresholds == curve.similarities
    assert spread.fmr_intervals == curve.fmr_intervals
    assert (spread.genuine_comparisons, spread.impostor_comparisons) == (100, 1000)
