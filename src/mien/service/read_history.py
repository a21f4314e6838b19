"""Read what was done with a subject, and tried in its name."""

from __future__ import annotations

from collections.abc import Sequence

from mien.core.audit import AuditEntry
from mien.core.ports import UnitOfWork
from mien.core.template import SubjectId
from mien.service.paging import require_page


def read_history(
    work: UnitOfWork, subject_id: SubjectId, *, limit: int, before: int | None = None
) -> Sequence[AuditEntry]:
    """Return a subject's entries in the audit log, newest first; raise UnknownSubjectError."""
    require_page(limit=limit)
    return work.audit.of(subject_id, limit=limit, before=before)
