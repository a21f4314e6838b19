"""From a decision to what its caller is told: counted, signed, and no more than they may see."""

from __future__ import annotations

from mien.api.dependencies import ServerState
from mien.api.schemas.faces import AuthenticationResult
from mien.core.audit import AuditAction
from mien.core.caller import Caller
from mien.core.policy import Reason
from mien.service.claim import Authentication, locked_out


def count_decision(
    server: ServerState, kind: AuditAction, reason: Reason, *, accepted: bool
) -> None:
    """Count a decision in the metrics."""
    server.metrics.decisions.labels(kind, str(accepted).lower(), reason).inc()


def require_not_locked(answer: Authentication) -> None:
    """Raise LockedOutError for an attempt that came too early."""
    if answer.locked_until is not None:
        raise locked_out(answer.locked_until, answer.at)


def present(
    server: ServerState, caller: Caller, answer: Authentication, nonce: str | None
) -> AuthenticationResult:
    """Return the answer as its caller may see it, signed for their relying application."""
    return AuthenticationResult.of(answer, caller, _assertion(server, caller, answer, nonce))


def _assertion(
    server: ServerState, caller: Caller, answer: Authentication, nonce: str | None
) -> str | None:
    """Sign that the subject was verified, for the relying application that asked."""
    if not answer.accepted or answer.decision is None or caller.audience is None:
        return None
    issued = server.application.assertions.issue(
        answer.subject_id,
        caller.audience,
        target_fmr=answer.decision.target,
        liveness=answer.liveness.policy,
        nonce=nonce,
        verified_at=answer.at,
    )
    return issued.text
