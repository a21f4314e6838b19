"""Read what was tried in a subject's name."""

from __future__ import annotations

from collections.abc import Sequence

from mien.core.attempt import Attempt
from mien.core.ports import UnitOfWork
from mien.core.template import SubjectId
from mien.service.paging import require_page


def read_history(work: UnitOfWork, subject_id: SubjectId, *, limit: int) -> Sequence[Attempt]:
    """Return a subject's attempts, newest first; raise UnknownSubjectError."""
    require_page(limit=limit)
    return work.attempts.of(subject_id, limit=limit)
