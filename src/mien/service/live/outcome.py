"""What was decided in a live session, as JSON, until whoever began it asks."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from mien.core.attempt import AttemptId
from mien.core.liveness import Check, CheckName, Liveness, LivenessPolicy
from mien.core.matching import Comparison
from mien.core.policy import Decision, Reason
from mien.core.scoring import FalseMatchRate, Similarity
from mien.core.template import SubjectId
from mien.service.claim import Authentication

_RATES: Final = ("false_match_rate", "target", "extrapolated", "log10_likelihood_ratio", "accepted")


def write_outcome(answer: Authentication) -> str:
    """Return an answer as JSON; no embedding and no picture is part of it."""
    decision = answer.decision
    return json.dumps(
        {
            "subject_id": answer.subject_id,
            "accepted": answer.accepted,
            "reason": answer.reason,
            "at": answer.at.isoformat(),
            "attempt_id": answer.attempt_id,
            "locked_until": answer.locked_until.isoformat() if answer.locked_until else None,
            "policy": answer.liveness.policy,
            "checks": [
                [check.name, check.score, check.threshold, dict(check.parts)]
                for check in answer.liveness.checks
            ],
            "decision": None
            if decision is None
            else {
                "similarity": decision.similarity,
                "threshold": decision.threshold,
                "by_model": decision.comparison.by_model,
                **{name: getattr(decision, name) for name in _RATES},
            },
        }
    )


def read_outcome(text: str) -> Authentication:
    """Return the answer that `write_outcome` wrote."""
    values = json.loads(text)
    until = values["locked_until"]
    checks = (
        Check(CheckName(name), score, threshold, parts)
        for name, score, threshold, parts in values["checks"]
    )
    return Authentication(
        subject_id=SubjectId(values["subject_id"]),
        accepted=values["accepted"],
        reason=Reason(values["reason"]),
        at=datetime.fromisoformat(values["at"]),
        attempt_id=AttemptId(values["attempt_id"]),
        liveness=Liveness(LivenessPolicy(values["policy"]), tuple(checks)),
        decision=None if values["decision"] is None else _decision(values["decision"]),
        locked_until=datetime.fromisoformat(until) if until else None,
    )


def _decision(values: dict[str, Any]) -> Decision:
    return Decision(
        comparison=Comparison(Similarity(values["similarity"]), values["by_model"]),
        threshold=Similarity(values["threshold"]),
        false_match_rate=FalseMatchRate(values["false_match_rate"]),
        target=FalseMatchRate(values["target"]),
        extrapolated=values["extrapolated"],
        log10_likelihood_ratio=values["log10_likelihood_ratio"],
        accepted=values["accepted"],
    )
