"""What is measured of answers with shares."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.expression import Expression
from mien.evaluation.expression.metrics import calibration_error, measure


def answered(places: list[int], confidence: float = 1.0) -> npt.NDArray[np.float64]:
    rows = np.full((len(places), 8), (1 - confidence) / 7)
    rows[np.arange(len(places)), places] = confidence
    return rows


def test_right_answers_are_counted_by_expression() -> None:
    figures = measure(answered([0, 0, 1, 1]), np.array([0, 1, 1, 1]))
    assert figures.accuracy.value == 0.75
    neutral, happiness, surprise, *_ = figures.classes
    assert neutral.precision is not None
    assert neutral.recall is not None
    assert (neutral.faces, neutral.precision.value, neutral.recall.value) == (1, 0.5, 1.0)
    assert happiness.recall is not None
    assert happiness.recall.value == pytest.approx(2 / 3)
    assert (surprise.faces, surprise.precision, surprise.recall) == (0, None, None)
    assert figures.balanced_accuracy == pytest.approx((1 + 2 / 3) / 2)
    assert figures.confusion[1][:2] == (1, 2)


def test_a_reader_that_is_as_often_right_as_sure_is_calibrated() -> None:
    answers = np.array([0] * 6 + [1] * 4)
    assert calibration_error(answered([0] * 10, 0.6), answers) == pytest.approx(0)


def test_a_reader_that_is_too_sure_is_not() -> None:
    answers = np.array([0] * 6 + [1] * 4)
    assert calibration_error(answered([0] * 10), answers) == pytest.approx(0.4)
    assert measure(answered([0] * 10), answers).calibration_error.high >= 0.4


def test_errors_of_opposite_sign_in_different_bins_do_not_cancel() -> None:
    shares = np.concatenate([answered([0], 0.5), answered([0], 0.9)])
    assert calibration_error(shares, np.array([0, 1])) == pytest.approx((0.5 + 0.9) / 2)


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=30))
def test_figures_agree_with_one_another(pairs: list[tuple[int, int]]) -> None:
    given_, said = (list(column) for column in zip(*pairs, strict=True))
    figures = measure(answered(given_, 0.8), np.array(said))
    assert sum(map(sum, figures.confusion)) == figures.faces == len(pairs)
    assert sum(one.faces for one in figures.classes) == len(pairs)
    assert sum(one.faces for one in figures.reliability) == len(pairs)
    right = sum(row[place] for place, row in enumerate(figures.confusion))
    assert figures.accuracy.value == pytest.approx(right / len(pairs))
    assert [one.expression for one in figures.classes] == list(Expression)
