"""Days, scores, lines and trends of expressions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from mien.core.expression import Expression, ExpressionShares
from mien.core.expression_log import ExpressionRecord
from mien.core.wellbeing.periods import Period, Span, beginning_of, day_of
from mien.core.wellbeing.score import (
    HALF_LIFE,
    Figure,
    by_day,
    figure_of,
    series_of,
    series_of_person,
    smoothed,
    within,
)

MONDAY = date(2026, 11, 2)
VALENCES = st.lists(st.floats(-1, 1), min_size=1, max_size=40)


def shares(expression: Expression) -> ExpressionShares:
    return ExpressionShares(tuple(float(each is expression) for each in Expression))


def seen(expression: Expression, day: date, hour: int = 12) -> ExpressionRecord:
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return ExpressionRecord(at, shares(expression))


# Periods


def test_a_week_begins_on_monday() -> None:
    assert {Period.WEEK.start(MONDAY + timedelta(days=day)) for day in range(7)} == {MONDAY}
    assert Period.WEEK.next_start(MONDAY) == MONDAY
    assert Period.WEEK.next_start(MONDAY + timedelta(days=1)) == MONDAY + timedelta(days=7)


@given(
    first=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    length=st.integers(-5, 60),
    period=st.sampled_from(Period),
)
def test_a_span_holds_only_whole_periods(first: date, length: int, period: Period) -> None:
    span = Span(first, first + timedelta(days=length))
    starts = list(span.periods(period))
    assert starts == sorted(set(starts))
    for start in starts:
        assert period.start(start) == start
        assert span.first <= start
        assert start + period.length <= span.end
    assert len(starts) >= length // period.length.days - 1


def test_days_are_those_of_utc() -> None:
    late = datetime(2026, 11, 2, 1, tzinfo=UTC).astimezone(
        datetime.fromisoformat("2026-11-02T00:00:00-08:00").tzinfo
    )
    assert late.date() == date(2026, 11, 1)
    assert day_of(late) == MONDAY
    assert beginning_of(MONDAY) == datetime(2026, 11, 2, tzinfo=UTC)


# Scores


def test_neutral_faces_score_50_and_happy_ones_90() -> None:
    for expression, score in [(Expression.NEUTRAL, 50), (Expression.HAPPINESS, 90)]:
        days = by_day([seen(expression, MONDAY)])
        assert figure_of(within(days, Period.DAY, MONDAY)).score == pytest.approx(score)


def test_whoever_signs_in_often_on_a_day_counts_once() -> None:
    often = [seen(Expression.HAPPINESS, MONDAY, hour) for hour in range(24)]
    tuesday = MONDAY + timedelta(days=1)
    days = by_day([*often, seen(Expression.NEUTRAL, tuesday)])
    assert days == {MONDAY: pytest.approx(0.8), tuesday: pytest.approx(0.0)}
    assert figure_of(within(days, Period.WEEK, MONDAY)).score == pytest.approx(70)


@given(valences=VALENCES)
def test_a_score_and_its_interval_lie_where_scores_do(valences: Sequence[float]) -> None:
    figure = figure_of(valences)
    assert figure.count == len(valences)
    assert 0 <= figure.score <= 100
    if len(valences) == 1:
        assert figure.interval is None
        return
    assert figure.interval is not None
    assert 0 <= figure.interval.low <= figure.score <= figure.interval.high <= 100


@given(valences=VALENCES, rng=st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(valences: list[float], rng: object) -> None:
    shuffled = list(valences)
    rng.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis' Random
    assert figure_of(shuffled).score == pytest.approx(figure_of(valences).score)


def test_the_interval_is_that_of_students_t() -> None:
    valences = [0.1, 0.3, -0.2, 0.0, 0.25]
    scores = 50 + 50 * np.array(valences)
    low, high = scipy.stats.t.interval(
        0.95, len(scores) - 1, scores.mean(), scipy.stats.sem(scores)
    )
    interval = figure_of(valences).interval
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((low, high))


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(2000):
        interval = figure_of(rng.normal(0.1, 0.2, size=6).clip(-1, 1).tolist()).interval
        assert interval is not None
        covered += interval.low <= 55 <= interval.high
    assert 0.935 < covered / 2000 < 0.965


def test_there_is_no_score_of_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        figure_of([])


# Lines


@given(
    scores=st.lists(st.floats(0, 100), min_size=1, max_size=30),
    gaps=st.lists(st.integers(1, 30), min_size=30, max_size=30),
)
def test_a_smoothed_line_stays_between_the_scores(scores: list[float], gaps: list[int]) -> None:
    days = np.cumsum(gaps[: len(scores)]).astype(float)
    line = smoothed(days, np.array(scores))
    assert line[0] == pytest.approx(scores[0])
    assert (line >= min(scores) - 1e-9).all()
    assert (line <= max(scores) + 1e-9).all()


def test_what_is_a_half_life_old_counts_half() -> None:
    days = np.array([0.0, float(HALF_LIFE.days)])
    assert smoothed(days, np.array([90.0, 30.0]))[1] == pytest.approx((90 / 2 + 30) / 1.5)


def test_what_comes_later_changes_nothing_before() -> None:
    days, scores = np.arange(10.0), np.arange(10.0) ** 2
    np.testing.assert_allclose(smoothed(days, scores)[:6], smoothed(days[:6], scores[:6]))


def series(scores: Sequence[float]) -> dict[date, Figure]:
    return {
        MONDAY + place * timedelta(days=7): Figure(score, None, 1)
        for place, score in enumerate(scores)
    }


@given(slope=st.floats(-3, 3), start=st.floats(20, 80))
def test_the_trend_of_a_straight_line_is_its_slope_a_week(slope: float, start: float) -> None:
    trend = series_of(series([start + slope * week for week in range(8)])).trend
    assert trend is not None
    assert trend.per_week == pytest.approx(slope, abs=1e-9)
    assert trend.interval.low <= trend.per_week <= trend.interval.high


def test_a_trend_is_that_of_least_squares() -> None:
    scores = [50.0, 53.0, 49.0, 56.0, 58.0, 55.0]
    expected = scipy.stats.linregress(range(len(scores)), scores)
    reach = scipy.stats.t.ppf(0.975, len(scores) - 2) * expected.stderr
    trend = series_of(series(scores)).trend
    assert trend is not None
    assert trend.per_week == pytest.approx(expected.slope)
    assert trend.interval.high - trend.per_week == pytest.approx(reach)


def test_there_is_no_trend_of_two() -> None:
    assert series_of(series([50, 60])).trend is None
    assert series_of({}).points == ()


def test_periods_without_a_record_are_left_out() -> None:
    days = by_day([seen(Expression.NEUTRAL, MONDAY + day * timedelta(days=1)) for day in (0, 1, 9)])
    span = Span(MONDAY, MONDAY + timedelta(days=21))
    told = series_of_person(days, Period.WEEK, span)
    assert [(point.start, point.figure.count) for point in told.points] == [
        (MONDAY, 2),
        (MONDAY + timedelta(days=7), 1),
    ]
