"""The audit log as use cases see it: events are added, found again and counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mien.core.attempt_counts import AttemptCount, Bucket
from mien.core.attendance import DayCount
from mien.core.audit import AuditAction, AuditEntry, AuditEvent
from mien.core.fairness import Attempts
from mien.core.groups import Attribute
from mien.core.template import SubjectId


class AuditLog(Protocol):
    """What was done and tried: events are added, never changed."""

    def append(self, event: AuditEvent) -> AuditEntry:
        """Add an event."""
        ...

    def of(
        self, subject_id: SubjectId, *, limit: int, before: int | None = None
    ) -> Sequence[AuditEntry]:
        """Return what concerns a subject, newest first; raise UnknownSubjectError."""
        ...

    def newest(self, action: AuditAction) -> AuditEntry | None:
        """Return the last event of a kind, None where there was none; it reads the whole log."""
        ...

    def attempts(self, since: datetime, until: datetime) -> Sequence[Attempts]:
        """Return how authentications from *since* to before *until* ended, counted by subject.

        Only of those who are still enrolled; an erased person's pseudonym names nobody.
        """
        ...


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are wanted; None for whatever there is. until: before this moment."""

    action: AuditAction | None = None
    actor: str | None = None
    subject_id: SubjectId | None = None
    accepted: bool | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it lets everything pass."""
        return self == AuditFilter()


class AuditQueries(Protocol):
    """Reads of the log; nothing here is checked against the chain."""

    def find(
        self,
        wanted: AuditFilter,
        *,
        limit: int,
        after: int | None = None,
        before: int | None = None,
    ) -> Sequence[AuditEntry]:
        """Return entries, oldest first; newest first when *before* is named.

        Raises UnknownSubjectError for a subject that is not enrolled.
        """
        ...

    def count(self, since: datetime, until: datetime, bucket: Bucket) -> Sequence[AttemptCount]:
        """Count attempts from *since* to before *until*."""
        ...

    def attendance(
        self, attribute: Attribute, since: datetime, until: datetime
    ) -> Sequence[DayCount]:
        """Count authentications by day and group, of those who are enrolled and have one."""
        ...
