"""Erase a subject: templates, the key that opens them in any copy, and the name."""

from __future__ import annotations

from datetime import datetime

from mien.core.audit import AuditAction, AuditEvent
from mien.core.ports import UnitOfWork
from mien.core.template import SubjectId
from mien.service.lockouts import identity_of, password_of


def erase_subject(
    work: UnitOfWork,
    subject_id: SubjectId,
    now: datetime,
    action: AuditAction = AuditAction.ERASE,
) -> None:
    """Erase all that is stored of a subject; raise UnknownSubjectError.

    What stays in the audit log speaks of a pseudonym that nothing leads to any more.
    """
    pseudonym = work.subjects.remove(subject_id)
    work.live_sessions.forget_subject(subject_id)
    for identity in (identity_of(subject_id), password_of(subject_id)):
        work.failures.clear(identity)
    work.audit.append(AuditEvent(action=action, at=now, actor=work.actor, subject=pseudonym))
