"""What a face expresses, as shares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.expression import AFFECT_OF, Expression, ExpressionShares, mean_of

_weights = st.lists(st.floats(0, 1), min_size=8, max_size=8).filter(lambda some: sum(some) > 1e-3)
shares = _weights.map(lambda some: ExpressionShares(tuple(w / sum(some) for w in some)))


def only(expression: Expression) -> ExpressionShares:
    return ExpressionShares(tuple(float(one is expression) for one in Expression))


@pytest.mark.parametrize("expression", Expression)
def test_a_pure_expression_is_the_likeliest_and_lies_where_its_affect_lies(
    expression: Expression,
) -> None:
    pure = only(expression)
    assert pure.likeliest is expression
    assert pure.confidence == pure[expression] == 1
    assert pure.affect == AFFECT_OF[expression]


def test_of_equal_shares_the_first_is_the_likeliest() -> None:
    assert ExpressionShares((0.125,) * 8).likeliest is Expression.NEUTRAL


@pytest.mark.parametrize(
    "wrong", [(), (1.0,), (0.125,) * 9, (0.2,) * 8, (1.1, -0.1, 0, 0, 0, 0, 0, 0)]
)
def test_what_is_no_distribution_is_refused(wrong: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="one number of 0 or more"):
        ExpressionShares(wrong)


@given(shares)
def test_affect_stays_in_its_plane(some: ExpressionShares) -> None:
    assert -1 <= some.affect.valence <= 1
    assert -1 <= some.affect.arousal <= 1


@given(st.lists(shares, min_size=1, max_size=5))
def test_the_mean_is_a_distribution_between_its_parts(several: list[ExpressionShares]) -> None:
    mean = mean_of(several)
    for expression in Expression:
        parts = [one[expression] for one in several]
        assert min(parts) - 1e-9 <= mean[expression] <= max(parts) + 1e-9


def test_there_is_no_mean_of_nothing() -> None:
    with pytest.raises(ValueError, match="no mean"):
        mean_of([])
