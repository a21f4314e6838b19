"""Set which false match rate is tolerated of a department, and show what follows from it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final, final

from mien.core.audit import AuditAction, AuditEvent
from mien.core.groups import DEPARTMENT, Group
from mien.core.ports import Clock, UnitOfWork
from mien.core.scoring import Calibration, FalseMatchRate, Similarity
from mien.core.thresholds import strictest, supported, weakest

SAMPLES: Final = 1
"""Behind the references that thresholds and rates to expect are shown for: the worst case."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A tolerated false match rate, and what follows for references of one sample.

    expected_fnmr: the share of genuine comparisons that it refuses, on the calibration's data.
    """

    target: FalseMatchRate
    threshold: Similarity
    expected_fnmr: float


@dataclass(frozen=True, slots=True)
class GroupThreshold:
    """What holds for a department, and how many people belong to it."""

    group: Group
    threshold: Threshold
    people: int


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What holds for everybody, between what it may be chosen, and what departments have else."""

    everybody: Threshold
    strictest: FalseMatchRate
    weakest: FalseMatchRate
    groups: tuple[GroupThreshold, ...]


@final
class GroupThresholds:
    """Reads and changes the tolerated false match rates of departments.

    They hold where a claim is verified. Whom a search finds is decided as before, and so is
    whether the photos of an enrollment agree: neither knows of whose department it is.
    """

    def __init__(self, calibration: Calibration, target: FalseMatchRate, clock: Clock) -> None:
        """Take what similarities are worth, and the rate that holds for everybody else."""
        self._calibration: Final = calibration
        self._target: Final = target
        self._clock: Final = clock

    def show(self, work: UnitOfWork) -> Thresholds:
        """Return what holds for whom."""
        people = Counter(work.groups.members(DEPARTMENT).values())
        groups = work.thresholds.all(DEPARTMENT)
        return Thresholds(
            self._threshold(self._target),
            strictest(self._calibration),
            weakest(self._calibration),
            tuple(
                GroupThreshold(group, self._threshold(target), people[group])
                for group, target in groups.items()
            ),
        )

    def put(self, work: UnitOfWork, group: Group, target: FalseMatchRate) -> GroupThreshold:
        """Let a rate hold for a department; raise InvalidRequestError for one out of range."""
        # 1. One that every curve can keep.
        self._calibration.require(target)
        # 2. The rate.
        work.thresholds.put(DEPARTMENT, group, target)
        # 3. The record.
        self._record(work, group, f"{target:g}")
        people = Counter(work.groups.members(DEPARTMENT).values())
        return GroupThreshold(group, self._threshold(target), people[group])

    def remove(self, work: UnitOfWork, group: Group) -> None:
        """Let the rate of everybody hold for a department; put it on record."""
        work.thresholds.remove(DEPARTMENT, group)
        self._record(work, group, "")

    def _record(self, work: UnitOfWork, group: Group, target: str) -> None:
        details: dict[str, str | int] = {
            "attribute": DEPARTMENT,
            "group": group,
            "target_fmr": target,
        }
        work.audit.append(
            AuditEvent(AuditAction.CHANGE_THRESHOLD, self._clock(), work.actor, details=details)
        )

    def _threshold(self, target: FalseMatchRate) -> Threshold:
        curve = self._calibration.curve(SAMPLES)
        kept = supported(curve, target)
        threshold = curve.threshold(kept)
        return Threshold(kept, threshold, curve.false_non_match_rate(threshold))
