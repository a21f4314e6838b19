"""Answers about well-being."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import BaseModel

from mien.api.schemas.example import example
from mien.core.template import SubjectId
from mien.core.wellbeing.periods import Period
from mien.core.wellbeing.release import Release
from mien.core.wellbeing.score import Point, Series, Trend


class WellbeingPoint(BaseModel):
    """The score of a period, 0 to 100, and 50 for a neutral face.

    start: the period's first day, in UTC. low, high: between what the score lies with 95 percent
    confidence; null for a single day. count: of how many days, or people. smoothed: the mean of
    this score and those before it, half as much of each two weeks earlier.
    """

    start: date
    score: float
    low: float | None
    high: float | None
    count: int
    smoothed: float

    @classmethod
    def of(cls, point: Point) -> Self:
        """Present a period."""
        figure = point.figure
        return cls(
            start=point.start,
            score=round(figure.score, 1),
            low=None if figure.interval is None else round(figure.interval.low, 1),
            high=None if figure.interval is None else round(figure.interval.high, 1),
            count=figure.count,
            smoothed=round(point.smoothed, 1),
        )


class WellbeingTrend(BaseModel):
    """By how many points the score changes in a week, with its interval of 95 percent."""

    per_week: float
    low: float
    high: float

    @classmethod
    def of(cls, trend: Trend) -> Self:
        """Present a trend."""
        low, high = trend.interval.low, trend.interval.high
        return cls(per_week=round(trend.per_week, 2), low=round(low, 2), high=round(high, 2))


class WellbeingSeries(BaseModel):
    """Scores along time; trend: null of fewer than three."""

    points: list[WellbeingPoint]
    trend: WellbeingTrend | None

    @classmethod
    def of(cls, series: Series) -> Self:
        """Present a line."""
        return cls(
            points=[WellbeingPoint.of(point) for point in series.points],
            trend=None if series.trend is None else WellbeingTrend.of(series.trend),
        )


class PersonWellbeing(BaseModel):
    """How one person's expressions went: for that person, and nobody else."""

    user_id: str
    period: Period
    series: WellbeingSeries

    @classmethod
    def of(cls, user_id: SubjectId, period: Period, series: Series) -> Self:
        """Present a person's line to that person."""
        return cls(user_id=user_id, period=period, series=WellbeingSeries.of(series))


class GroupWellbeing(BaseModel):
    """How the expressions of groups of at least five people went, in whole points.

    everybody: of all who have a group, where that gives nobody away. withheld: of how many groups
    and periods nothing is told.
    """

    model_config = example(
        attribute="department",
        period="week",
        groups={
            "research": {
                "points": [
                    {
                        "start": "2026-11-09",
                        "score": 58,
                        "low": 51,
                        "high": 66,
                        "count": 9,
                        "smoothed": 58,
                    }
                ],
                "trend": None,
            }
        },
        everybody={"points": [], "trend": None},
        withheld=1,
    )

    attribute: str
    period: Period
    groups: dict[str, WellbeingSeries]
    everybody: WellbeingSeries
    withheld: int

    @classmethod
    def of(cls, told: Release) -> Self:
        """Present what may be told of groups."""
        return cls(
            attribute=told.attribute,
            period=told.period,
            groups={str(name): WellbeingSeries.of(line) for name, line in told.groups.items()},
            everybody=WellbeingSeries.of(told.everybody),
            withheld=told.withheld,
        )
