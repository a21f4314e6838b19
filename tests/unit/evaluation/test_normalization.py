"""Scores against a cohort, and thresholds that are only ever raised."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mien.errors import InvalidRequestError
from mien.evaluation.normalization import (
    CohortStatistics,
    cap_by_own,
    cohort_statistics,
    normalize_by_references,
    normalize_symmetrically,
    raise_thresholds,
)

NUMBERS = arrays(np.float64, 5, elements=st.floats(-10, 10))


def test_the_highest_scores_count_and_never_the_persons_own() -> None:
    scores = np.array([[9.0, 1.0, 2.0, 3.0], [5.0, 8.0, 7.0, 6.0]])
    allowed = np.array([[False, True, True, True], [True, True, True, True]])
    found = cohort_statistics(scores, allowed, 2)
    np.testing.assert_allclose(found.mean, [2.5, 7.5])
    np.testing.assert_allclose(found.deviation, [0.5, 0.5])


def test_a_cohort_that_is_too_small_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="2 other people"):
        cohort_statistics(np.ones((1, 2)), np.array([[True, False]]), 2)
    with pytest.raises(InvalidRequestError):
        cohort_statistics(np.ones((1, 2)), np.ones((1, 2), np.bool_), 1)


def test_a_cohort_of_equal_scores_divides_by_no_zero() -> None:
    found = cohort_statistics(np.ones((1, 3)), np.ones((1, 3), np.bool_), 3)
    assert np.isfinite(normalize_by_references(np.ones((1, 1)), found)).all()


def test_symmetric_scores_are_the_mean_of_both_sides() -> None:
    references = CohortStatistics(np.array([1.0]), np.array([2.0]))
    probes = CohortStatistics(np.array([3.0, 0.0]), np.array([1.0, 4.0]))
    scores = np.array([[5.0, 8.0]])
    found = normalize_symmetrically(scores, references, probes)
    np.testing.assert_allclose(found, [[(2 + 2) / 2, (3.5 + 2) / 2]])


@given(mean=NUMBERS, own=NUMBERS, threshold=st.floats(-10, 10), floor=st.floats(-5, 5))
def test_no_threshold_is_ever_below_the_one_for_all(
    mean: np.ndarray[tuple[int], np.dtype[np.float64]],
    own: np.ndarray[tuple[int], np.dtype[np.float64]],
    threshold: float,
    floor: float,
) -> None:
    raised = raise_thresholds(threshold, floor, CohortStatistics(mean, np.ones(5)))
    assert (raised >= threshold).all()
    capped = cap_by_own(raised, threshold, own)
    assert (capped >= threshold).all()
    assert (capped <= raised).all()
