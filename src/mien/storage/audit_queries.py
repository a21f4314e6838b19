"""Some entries of the audit log, and how many there are of what, counted in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import final

from sqlalchemy import ColumnElement, Select, case, distinct, func, select
from sqlalchemy.orm import Session

from mien.core.attempt_counts import COUNTED, FIRST_MONDAY, AttemptCount, Bucket
from mien.core.attendance import DayCount
from mien.core.audit import AuditAction, AuditEntry
from mien.core.audit_log import AuditFilter
from mien.core.groups import Attribute, Group
from mien.core.policy import Reason
from mien.core.template import SubjectId
from mien.errors import TamperedError, UnknownSubjectError
from mien.storage.audit import read_entry
from mien.storage.dialects import epoch_seconds
from mien.storage.tables import AuditEntryRow, SubjectGroupRow, SubjectRow


@final
class SqlAuditQueries:
    """Reads the log, and changes nothing."""

    def __init__(self, session: Session) -> None:
        """Take the transaction's session."""
        self._session = session

    def find(
        self,
        wanted: AuditFilter,
        *,
        limit: int,
        after: int | None = None,
        before: int | None = None,
    ) -> Sequence[AuditEntry]:
        """Return entries, oldest first; newest first when *before* is named.

        Raises UnknownSubjectError for a subject that is not enrolled, and TamperedError.
        """
        found = select(AuditEntryRow).where(*self._conditions(wanted)).limit(limit)
        if after is not None:
            found = found.where(AuditEntryRow.sequence > after)
        if before is None:
            found = found.order_by(AuditEntryRow.sequence)
        else:
            found = found.where(AuditEntryRow.sequence < before)
            found = found.order_by(AuditEntryRow.sequence.desc())
        return [read_entry(row) for row in self._session.scalars(found)]

    def count(self, since: datetime, until: datetime, bucket: Bucket) -> Sequence[AttemptCount]:
        """Count attempts from *since* to before *until*, in one pass over them."""
        number = self._bucket(bucket)
        counted = (
            select(
                number,
                AuditEntryRow.action,
                AuditEntryRow.accepted,
                AuditEntryRow.reason,
                func.count(),
            )
            .where(AuditEntryRow.action.in_(COUNTED), *_within(since, until))
            .group_by(number, AuditEntryRow.action, AuditEntryRow.accepted, AuditEntryRow.reason)
        )
        try:
            return [
                AttemptCount(
                    bucket.at(place),
                    AuditAction(action),
                    bool(accepted),
                    None if reason is None else Reason(reason),
                    count,
                )
                for place, action, accepted, reason, count in self._session.execute(counted)
            ]
        except ValueError as error:  # as of a reason that is none
            raise TamperedError("an entry of the audit log cannot be read") from error

    def attendance(
        self, attribute: Attribute, since: datetime, until: datetime
    ) -> Sequence[DayCount]:
        """Count authentications by day and group, of those who are enrolled and have one."""
        day = self._bucket(Bucket.DAY)
        recognized = case((AuditEntryRow.accepted.is_(True), AuditEntryRow.subject))
        counted: Select[int, str, int, int, int] = (
            select(
                day,
                SubjectGroupRow.value,
                func.count(distinct(recognized)),
                func.count(),
                func.count(recognized),
            )
            .join(SubjectRow, SubjectRow.pseudonym == AuditEntryRow.subject)
            .join(SubjectGroupRow, SubjectGroupRow.subject_key == SubjectRow.key)
            .where(
                AuditEntryRow.action == AuditAction.AUTHENTICATE,
                SubjectGroupRow.attribute == attribute,
                *_within(since, until),
            )
            .group_by(day, SubjectGroupRow.value)
        )
        return [
            DayCount(Group(value), Bucket.DAY.at(place).date(), people, count, accepted)
            for place, value, people, count, accepted in self._session.execute(counted)
        ]

    def _bucket(self, bucket: Bucket) -> ColumnElement[int]:
        """Return the number of the bucket that an entry lies in."""
        first, length = int(FIRST_MONDAY.timestamp()), int(bucket.length.total_seconds())
        return (epoch_seconds(self._session, AuditEntryRow.at) - first) // length

    def _conditions(self, wanted: AuditFilter) -> list[ColumnElement[bool]]:
        conditions = [*_within(wanted.since, wanted.until)]
        if wanted.action is not None:
            conditions.append(AuditEntryRow.action == wanted.action)
        if wanted.actor is not None:
            conditions.append(AuditEntryRow.actor == wanted.actor)
        if wanted.accepted is not None:
            conditions.append(AuditEntryRow.accepted == wanted.accepted)
        if wanted.subject_id is not None:
            conditions.append(AuditEntryRow.subject == self._pseudonym(wanted.subject_id))
        return conditions

    def _pseudonym(self, subject_id: SubjectId) -> str:
        mine = select(SubjectRow.pseudonym).where(SubjectRow.subject_id == subject_id)
        found = self._session.scalar(mine)
        if found is None:
            raise UnknownSubjectError(f"no subject {subject_id} is enrolled")
        return found


def _within(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    later = [] if since is None else [AuditEntryRow.at >= since]
    return later if until is None else [*later, AuditEntryRow.at < until]
