"""Student's t, against scipy's."""

from __future__ import annotations

import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from mien.core.student import student_t


@given(confidence=st.floats(0.01, 0.9999), degrees=st.integers(1, 10**6))
def test_it_is_what_scipy_says(confidence: float, degrees: int) -> None:
    expected = scipy.stats.t.ppf((1 + confidence) / 2, degrees)
    assert student_t(confidence, degrees) == pytest.approx(expected, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(
    ("degrees", "quantile"), [(1, 12.7062), (2, 4.3027), (4, 2.7764), (30, 2.0423)]
)
def test_it_is_what_tables_say(degrees: int, quantile: float) -> None:
    assert student_t(0.95, degrees) == pytest.approx(quantile, abs=5e-5)


@pytest.mark.parametrize(("confidence", "degrees"), [(0.0, 3), (1.0, 3), (0.95, 0)])
def test_there_is_none_of_certainty_or_of_nothing(confidence: float, degrees: int) -> None:
    with pytest.raises(ValueError, match="confidence"):
        student_t(confidence, degrees)
