"""List the enrolled subjects, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from mien.core.ports import UnitOfWork
from mien.core.template import Subject
from mien.service.paging import require_page


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """Some subjects, ordered by id, and how many there are in all."""

    subjects: tuple[Subject, ...]
    total: int


def list_subjects(work: UnitOfWork, *, limit: int, offset: int) -> SubjectPage:
    """Return a page of subjects."""
    require_page(limit=limit, offset=offset)
    return SubjectPage(tuple(work.subjects.page(limit=limit, offset=offset)), work.subjects.count())
