"""See the locks on subjects, those of failed attempts and of operators; put and lift them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mien.core.audit import AuditAction, AuditEvent
from mien.core.lockout import WITH_PAD, Failures, LockoutPolicy
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


def password_of(subject_id: SubjectId) -> str:
    """Return what wrong passwords of a subject are counted under."""
    return f"password of subject:{subject_id}"


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


def put_lock(work: UnitOfWork, subject_id: SubjectId, now: datetime) -> Lock:
    """Lock an identity, enrolled or not, until an operator lifts the lock.

    It is as locked as after the failures that nobody gets over under any policy. What an operator
    approved before ends with it; whoever approves afterwards knows of the lock.
    """
    failures = Failures(WITH_PAD.hard_stop, now)
    for identity in (identity_of(subject_id), password_of(subject_id)):
        work.failures.put(identity, failures)
    work.reviews.take_back(subject_id, now)
    work.audit.append(
        AuditEvent(
            action=AuditAction.LOCK,
            at=now,
            actor=work.actor,
            subject=work.subjects.pseudonym(subject_id),
        )
    )
    return Lock(failures, WITH_PAD.locked_until(failures))


def lift_lock(work: UnitOfWork, subject_id: SubjectId, now: datetime) -> None:
    """Let a subject try again at once, in whatever way."""
    for identity in (identity_of(subject_id), password_of(subject_id)):
        work.failures.clear(identity)
    work.audit.append(
        AuditEvent(
            action=AuditAction.UNLOCK,
            at=now,
            actor=work.actor,
            subject=work.subjects.pseudonym(subject_id),
        )
    )
