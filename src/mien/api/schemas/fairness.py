"""Answers about groups of people beside each other."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import BaseModel

from mien.api.schemas.example import example
from mien.core.fairness import TOLERATED, GroupComparison, GroupRate, Interval, Rate, Verdict
from mien.core.groups import Group


class IntervalResult(BaseModel):
    """A value and its interval; high is null where nothing bounds it."""

    value: float
    low: float
    high: float | None

    @classmethod
    def of(cls, interval: Interval) -> Self:
        """Present an interval."""
        return cls(value=interval.value, low=interval.low, high=interval.high)


class GroupRateResult(BaseModel):
    """One rate of one group.

    share: of its attempts, with its 95 % interval. ratio: to the rate of everybody else, with an
    interval that holds for all groups at a time; null where nobody else is left to compare with.
    """

    model_config = example(
        group="50-59",
        people=41,
        attempts=1203,
        refused=31,
        share={"value": 0.0258, "low": 0.0171, "high": 0.0353},
        ratio={"value": 1.31, "low": 0.79, "high": 2.02},
        verdict="undecidable",
    )

    group: str
    people: int
    attempts: int
    refused: int
    share: IntervalResult
    ratio: IntervalResult | None
    verdict: Verdict

    @classmethod
    def of(cls, group: Group, rate: GroupRate) -> Self:
        """Present a rate."""
        return cls(
            group=group,
            people=rate.people,
            attempts=rate.attempts,
            refused=rate.refused,
            share=IntervalResult.of(rate.share),
            ratio=None if rate.ratio is None else IntervalResult.of(rate.ratio),
            verdict=rate.verdict,
        )


class FairnessResult(BaseModel):
    """What attempts from *since* to before *until* say of an attribute's groups.

    rates: refused, low_confidence (bounds FNMR from above) and spoof_suspected (bounds BPCER).
    reasons: how each group's attempts ended. withheld: how many groups are not told of, because
    they, or others by subtraction, are of fewer than five people. tolerated: the limit of ratios.
    """

    attribute: str
    since: datetime
    until: datetime
    tolerated: float
    drifted: bool
    rates: dict[Rate, list[GroupRateResult]]
    reasons: dict[str, dict[str, int]]
    withheld: int

    @classmethod
    def of(cls, comparison: GroupComparison) -> Self:
        """Present a comparison."""
        return cls(
            attribute=comparison.attribute,
            since=comparison.since,
            until=comparison.until,
            tolerated=TOLERATED,
            drifted=comparison.drifted,
            rates={
                rate: [GroupRateResult.of(group, found) for group, found in groups.items()]
                for rate, groups in comparison.rates.items()
            },
            reasons={
                group: {reason.value: count for reason, count in reasons.items()}
                for group, reasons in comparison.reasons.items()
            },
            withheld=comparison.withheld,
        )
