"""From days to a score with its interval, to a smoothed line and to a trend.

The score is 50 + 50 x mean valence (`ExpressionShares.affect`): 0 to 100, and 50 for a neutral
face. First the readings of a day are averaged, then days or people, so that whoever signs in often
counts no more than others.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.expression_log import ExpressionRecord
from mien.core.student import student_t
from mien.core.wellbeing.periods import Period, Span, day_of

CONFIDENCE: Final = 0.95

HALF_LIFE: Final = timedelta(days=14)
"""In the smoothed line a score of two weeks ago counts half as much as one of now."""

_FEWEST_IN_A_TREND: Final = 3
"""Through two points every line fits without an error."""

_WEEK_DAYS: Final = 7

Days = Mapping[date, float]
"""Mean valence of one person by day, each -1 to 1."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Between what a figure lies with 95 percent confidence."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A score of a period. count: of how many days, or people. interval: None of a single one."""

    score: float
    interval: Interval | None
    count: int


@dataclass(frozen=True, slots=True)
class Point:
    """A period's figure, and where the smoothed line is then. start: the period's first day."""

    start: date
    figure: Figure
    smoothed: float


@dataclass(frozen=True, slots=True)
class Trend:
    """By how much the score changes in a week. interval: takes each period as independent."""

    per_week: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Series:
    """Figures in the order of time; periods of which there is none are left out."""

    points: tuple[Point, ...] = ()
    trend: Trend | None = None


def by_day(records: Iterable[ExpressionRecord]) -> Days:
    """Return the mean valence of each day on which there is a record."""
    valences: dict[date, list[float]] = {}
    for record in records:
        valences.setdefault(day_of(record.at), []).append(record.shares.affect.valence)
    return {day: math.fsum(values) / len(values) for day, values in sorted(valences.items())}


def within(days: Days, period: Period, start: date) -> list[float]:
    """Return what a person's days in the period were."""
    return [value for day, value in days.items() if start <= day < start + period.length]


def figure_of(valences: Sequence[float]) -> Figure:
    """Return the score of several days, or people; raise ValueError for none.

    The interval is that of a mean of independent values (Student's t), cut off where scores end.
    """
    if not valences:
        raise ValueError("there is no score of nothing")
    scores = 50 + 50 * np.asarray(valences, np.float64)
    mean = float(np.clip(scores.mean(), 0, 100))
    if len(scores) == 1:
        return Figure(mean, None, 1)
    error = float(scores.std(ddof=1)) / math.sqrt(len(scores))
    reach = student_t(CONFIDENCE, len(scores) - 1) * error
    return Figure(mean, Interval(max(mean - reach, 0.0), min(mean + reach, 100.0)), len(scores))


def series_of(figures: Mapping[date, Figure]) -> Series:
    """Return figures as a line; `figures` by the first day of their periods."""
    starts = sorted(figures)
    if not starts:
        return Series()
    days = np.array([(start - starts[0]).days for start in starts], np.float64)
    scores = np.array([figures[start].score for start in starts], np.float64)
    lines = zip(starts, smoothed(days, scores).tolist(), strict=True)
    points = tuple(Point(start, figures[start], line) for start, line in lines)
    return Series(points, trend_of(days, scores))


def smoothed(
    days: npt.NDArray[np.float64], scores: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the exponentially weighted mean of each score and those before it.

    days: float64 [n], ascending. By time and not by place, so that a gap makes what was before it
    count less.
    """
    ages = days[:, None] - days[None, :]
    weights = np.where(ages >= 0, 0.5 ** (np.abs(ages) / HALF_LIFE.days), 0.0)
    return np.asarray(weights @ scores / weights.sum(axis=1))


def trend_of(days: npt.NDArray[np.float64], scores: npt.NDArray[np.float64]) -> Trend | None:
    """Return the slope of the line of least squares, None of fewer than three scores.

    Of the scores and not of the smoothed line: smoothing makes neighbors alike, and the interval
    of a slope through them far too narrow.
    """
    count = len(days)
    if count < _FEWEST_IN_A_TREND:
        return None
    weeks = (days - days.mean()) / _WEEK_DAYS
    spread = float(weeks @ weeks)
    slope = float(weeks @ scores) / spread
    residuals = scores - scores.mean() - slope * weeks
    error = math.sqrt(float(residuals @ residuals) / (count - 2) / spread)
    reach = student_t(CONFIDENCE, count - 2) * error
    return Trend(slope, Interval(slope - reach, slope + reach))


def series_of_person(days: Days, period: Period, span: Span) -> Series:
    """Return one person's line."""
    found = {start: within(days, period, start) for start in span.periods(period)}
    return series_of({start: figure_of(values) for start, values in found.items() if values})
