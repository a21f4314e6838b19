"""What was checked besides the face."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel

from mien.core.caller import Caller, Scope
from mien.core.liveness import Check, CheckName, Liveness, LivenessPolicy


class CheckResult(BaseModel):
    """One check: passed from its threshold up. score: null for what could not be checked.

    Callers without the scope `scores` see null in place of score, threshold and parts.
    """

    name: CheckName
    score: float | None
    threshold: float | None
    passed: bool
    parts: dict[str, float] | None

    @classmethod
    def of(cls, check: Check, caller: Caller) -> Self:
        """Present a check to a caller."""
        numbers = caller.may(Scope.SCORES)
        return cls(
            name=check.name,
            score=check.score if numbers else None,
            threshold=check.threshold if numbers else None,
            passed=check.passed,
            parts=dict(check.parts) if numbers else None,
        )


class LivenessResult(BaseModel):
    """What was asked for, whether all of it was shown, and every check that was made.

    Under the policy `none` nothing is asked for: accepted then says nothing about life.
    """

    policy: LivenessPolicy
    accepted: bool
    checks: list[CheckResult]

    @classmethod
    def of(cls, liveness: Liveness, caller: Caller) -> Self:
        """Present what was checked to a caller."""
        return cls(
            policy=liveness.policy,
            accepted=liveness.accepted,
            checks=[CheckResult.of(check, caller) for check in liveness.checks],
        )

    def passive_score(self) -> float | None:
        """Return what the pixels alone say, if the caller may see it."""
        return next((c.score for c in self.checks if c.name is CheckName.PASSIVE), None)
