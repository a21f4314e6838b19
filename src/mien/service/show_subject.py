"""Show one subject."""

from __future__ import annotations

from mien.core.ports import UnitOfWork
from mien.core.template import Subject, SubjectId


def show_subject(work: UnitOfWork, subject_id: SubjectId) -> Subject:
    """Return a subject; raise UnknownSubjectError."""
    return work.subjects.get(subject_id)
