"""List the enrolled subjects, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mien.core.lockout import LockoutPolicy
from mien.core.ports import UnitOfWork
from mien.core.profile import Profile
from mien.core.subject_search import EVERYBODY, SubjectSearch
from mien.core.template import Subject, SubjectId
from mien.service.lockouts import Lock, show_locks
from mien.service.paging import require_page


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """Some subjects, ordered by id, what they are called, and how many are found.

    locks: of those with failed attempts.
    """

    subjects: tuple[Subject, ...]
    profiles: Mapping[SubjectId, Profile]
    locks: Mapping[SubjectId, Lock]
    total: int


def list_subjects(
    work: UnitOfWork,
    policy: LockoutPolicy,
    *,
    limit: int,
    offset: int,
    search: SubjectSearch = EVERYBODY,
) -> SubjectPage:
    """Return a page of the subjects that are found."""
    require_page(limit=limit, offset=offset)
    total = work.subjects.count(search)
    # Where nobody is left to show, all would be looked through once more to find that out.
    found = work.subjects.page(limit=limit, offset=offset, search=search) if offset < total else ()
    subjects = tuple(found)
    ids = [subject.id for subject in subjects]
    locks = show_locks(work, ids, policy)
    return SubjectPage(subjects, work.profiles.of_all(ids), locks, total)
