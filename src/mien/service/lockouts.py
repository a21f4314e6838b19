"""See and lift the locks that failed attempts put on subjects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mien.core.audit import AuditAction, AuditEvent
from mien.core.lockout import Failures, LockoutPolicy
from mien.core.ports import UnitOfWork
from mien.core.template import SubjectId


@dataclass(frozen=True, slots=True)
class Lock:
    """Failed attempts on a subject. until: None while attempts are free."""

    failures: Failures
    until: datetime | None


def identity_of(subject_id: SubjectId) -> str:
    """Return what failures are counted under; subjects and operators never meet."""
    return f"subject:{subject_id}"


def show_locks(
    work: UnitOfWork, subject_ids: Sequence[SubjectId], policy: LockoutPolicy
) -> dict[SubjectId, Lock]:
    """Return the locks and failures of those subjects that have any."""
    found = work.failures.of_all([identity_of(subject_id) for subject_id in subject_ids])
    return {
        subject_id: Lock(failures, policy.locked_until(failures))
        for subject_id in subject_ids
        if (failures := found.get(identity_of(subject_id)))
    }


def lift_lock(work: UnitOfWork, subject_id: SubjectId, now: datetime) -> None:
    """Let a subject try again at once."""
    work.failures.clear(identity_of(subject_id))
    work.audit.append(
        AuditEvent(
            action=AuditAction.UNLOCK,
            at=now,
            actor=work.actor,
            subject=work.subjects.pseudonym(subject_id),
        )
    )
