"""Note what a person is called and does."""

from __future__ import annotations

from datetime import datetime

from mien.core.audit import AuditAction, AuditEvent
from mien.core.ports import UnitOfWork
from mien.core.profile import Profile
from mien.core.template import SubjectId


def put_profile(
    work: UnitOfWork, subject_id: SubjectId, name: str | None, role: str | None, now: datetime
) -> Profile:
    """Note name and role in place of those before, None for none; raise UnknownSubjectError.

    On record is that they were noted and for whom, not what: words stay where an erasure finds
    them.
    """
    pseudonym = work.profiles.put(subject_id, name, role)
    work.audit.append(AuditEvent(AuditAction.PROFILE, now, work.actor, pseudonym))
    return work.profiles.of(subject_id)


def show_profile(work: UnitOfWork, subject_id: SubjectId) -> Profile:
    """Return a person's profile; raise UnknownSubjectError."""
    return work.profiles.of(subject_id)
