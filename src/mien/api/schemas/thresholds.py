"""Requests and answers about the false match rates that are tolerated."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from mien.api.schemas.example import example
from mien.service.thresholds import GroupThreshold, Thresholds


class ThresholdRequest(BaseModel):
    """The false match rate to tolerate of a department, in the range that the calibration has."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    target_fmr: float = Field(gt=0, lt=1, examples=[1e-4])


class GroupThresholdResult(BaseModel):
    """What holds for a department, and how many people belong to it.

    threshold, expected_fnmr: for references of one sample.
    """

    model_config = example(
        group="treasury", target_fmr=1e-5, threshold=0.61, expected_fnmr=0.048, people=12
    )

    group: str
    target_fmr: float
    threshold: float
    expected_fnmr: float
    people: int

    @classmethod
    def of(cls, found: GroupThreshold) -> Self:
        """Present a department."""
        return cls(
            group=found.group,
            target_fmr=found.threshold.target,
            threshold=found.threshold.threshold,
            expected_fnmr=found.threshold.expected_fnmr,
            people=found.people,
        )


class ThresholdsResult(BaseModel):
    """What holds for everybody, between what rates may be chosen, and what departments have else.

    threshold, expected_fnmr: for references of one sample.
    """

    target_fmr: float
    threshold: float
    expected_fnmr: float
    strictest: float
    weakest: float
    groups: list[GroupThresholdResult]

    @classmethod
    def of(cls, found: Thresholds) -> Self:
        """Present all."""
        return cls(
            target_fmr=found.everybody.target,
            threshold=found.everybody.threshold,
            expected_fnmr=found.everybody.expected_fnmr,
            strictest=found.strictest,
            weakest=found.weakest,
            groups=[GroupThresholdResult.of(group) for group in found.groups],
        )
