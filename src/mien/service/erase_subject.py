"""Erase a subject: templates, history and name."""

from __future__ import annotations

from mien.core.ports import UnitOfWork
from mien.core.template import SubjectId


def erase_subject(work: UnitOfWork, subject_id: SubjectId) -> None:
    """Erase all that is stored of a subject; raise UnknownSubjectError."""
    work.subjects.remove(subject_id)
