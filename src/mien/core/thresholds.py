"""Groups of people to whom another false match rate applies than to everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mien.core.groups import Attribute, Group
from mien.core.scoring import Calibration, Curve, FalseMatchRate
from mien.core.template import SubjectId


class ThresholdRepository(Protocol):
    """The tolerated false match rates of groups."""

    def of_subject(self, subject_id: SubjectId, attribute: Attribute) -> FalseMatchRate | None:
        """Return what is tolerated of a subject's group; None for what is of everybody."""
        ...

    def all(self, attribute: Attribute) -> Mapping[Group, FalseMatchRate]:
        """Return what is tolerated of each group, by name."""
        ...

    def put(self, attribute: Attribute, group: Group, target: FalseMatchRate) -> None:
        """Note what is tolerated of a group, in place of what was before."""
        ...

    def remove(self, attribute: Attribute, group: Group) -> None:
        """Let the rate of everybody hold for a group; one that had no other is no error."""
        ...


def strictest(calibration: Calibration) -> FalseMatchRate:
    """Return the lowest false match rate that every curve supports."""
    return max(curve.strictest for curve in calibration.curves.values())


def weakest(calibration: Calibration) -> FalseMatchRate:
    """Return the highest one."""
    rates = (curve.false_match_rates[0] for curve in calibration.curves.values())
    return FalseMatchRate(min(rates))


def supported(curve: Curve, target: FalseMatchRate) -> FalseMatchRate:
    """Return the rate that a curve can keep that is nearest to one that was asked for.

    A group's rate was in range when it was set; another pack's calibration may end earlier. It is
    then kept as strictly as that one can.
    """
    return FalseMatchRate(min(max(target, curve.strictest), curve.false_match_rates[0]))
