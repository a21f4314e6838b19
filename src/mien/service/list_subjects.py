"""List the enrolled subjects, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mien.core.lockout import LockoutPolicy
from mien.core.ports import UnitOfWork
from mien.core.template import Subject, SubjectId
from mien.service.lockouts import Lock, show_locks
from mien.service.paging import require_page


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """Some subjects, ordered by id, those of them with failed attempts, and the count of all."""

    subjects: tuple[Subject, ...]
    locks: Mapping[SubjectId, Lock]
    total: int


def list_subjects(
    work: UnitOfWork, policy: LockoutPolicy, *, limit: int, offset: int
) -> SubjectPage:
    """Return a page of subjects."""
    require_page(limit=limit, offset=offset)
    subjects = tuple(work.subjects.page(limit=limit, offset=offset))
    locks = show_locks(work, [subject.id for subject in subjects], policy)
    return SubjectPage(subjects, locks, work.subjects.count())
