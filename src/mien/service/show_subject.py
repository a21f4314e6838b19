"""Show one subject."""

from __future__ import annotations

from mien.core.lockout import LockoutPolicy
from mien.core.ports import UnitOfWork
from mien.core.template import Subject, SubjectId
from mien.service.lockouts import Lock, show_locks


def show_subject(
    work: UnitOfWork, subject_id: SubjectId, policy: LockoutPolicy
) -> tuple[Subject, Lock | None]:
    """Return a subject and its failed attempts, if any; raise UnknownSubjectError."""
    subject = work.subjects.get(subject_id)
    return subject, show_locks(work, [subject_id], policy).get(subject_id)
