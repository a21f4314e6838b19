"""Is this a living person? Checks, what a policy asks for, and the decision.

A check that was not made has not passed: nothing that could not be looked at is called real.
Terms after ISO/IEC 30107-1: a presentation attack shows the sensor something else than a bona
fide person, such as a print or a screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class CheckName(StrEnum):
    """What was looked at; stable words of the wire."""

    PASSIVE = "passive"
    DEMANDS = "demands"
    MOTION = "motion"
    RELIEF = "relief"
    CHANNEL = "channel"
    SAME_PERSON = "same_person"
    SCREEN_LIGHT = "screen_light"
    """Asked for by a setting; it counts wherever it was made."""


_OF_A_SESSION: Final = frozenset(
    {
        CheckName.DEMANDS,
        CheckName.MOTION,
        CheckName.RELIEF,
        CheckName.CHANNEL,
        CheckName.SAME_PERSON,
    }
)


class LivenessPolicy(StrEnum):
    """What has to be shown besides the face; stable words of the wire."""

    NONE = "none"
    """Nothing: whoever calls answers for what is in front of the camera."""
    PASSIVE = "passive"
    """The photo itself must look like a living face."""
    ACTIVE = "active"
    """A live session: random demands, answered in time, by one face, on one channel."""
    BOTH = "both"
    """A live session whose frames also look like a living face."""

    @property
    def needs_passive(self) -> bool:
        """Whether the pixels themselves are judged."""
        return self in {LivenessPolicy.PASSIVE, LivenessPolicy.BOTH}

    @property
    def needs_session(self) -> bool:
        """Whether one photo cannot be enough."""
        return self in {LivenessPolicy.ACTIVE, LivenessPolicy.BOTH}

    def and_also(self, other: LivenessPolicy) -> LivenessPolicy:
        """Return the policy that asks for what either asks for."""
        if self.needs_session or other.needs_session:
            passive = self.needs_passive or other.needs_passive
            return LivenessPolicy.BOTH if passive else LivenessPolicy.ACTIVE
        return LivenessPolicy.PASSIVE if LivenessPolicy.PASSIVE in {self, other} else self

    @property
    def asked_for(self) -> frozenset[CheckName]:
        """The checks that have to be there, and to pass."""
        passive = {CheckName.PASSIVE} if self.needs_passive else set()
        return frozenset(passive | _OF_A_SESSION if self.needs_session else passive)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. score: higher is more alive, None for what was not checked.

    parts: what the score was made of, for whoever has to understand it.
    """

    name: CheckName
    score: float | None
    threshold: float
    parts: Mapping[str, float] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether it was checked and the score reaches the threshold; NaN does not."""
        return self.score is not None and self.score >= self.threshold


@dataclass(frozen=True, slots=True)
class Liveness:
    """What was checked under a policy."""

    policy: LivenessPolicy
    checks: tuple[Check, ...]

    @property
    def accepted(self) -> bool:
        """Whether everything that the policy asks for was checked and passed."""
        asked = self.policy.asked_for
        judged = [c for c in self.checks if c.name in asked or c.name is CheckName.SCREEN_LIGHT]
        return asked <= {check.name for check in judged} and all(c.passed for c in judged)

    @property
    def passive_score(self) -> float | None:
        """What the pixels alone say, 0 to 1; None when they were not judged."""
        return next((c.score for c in self.checks if c.name is CheckName.PASSIVE), None)
