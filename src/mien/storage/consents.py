"""What subjects have agreed to; whatever was kept by a consent goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import final

from sqlalchemy import Delete, Row, delete, select
from sqlalchemy.orm import Session

from mien.core.audit import Pseudonym
from mien.core.consent import Consent, Purpose
from mien.core.groups import DEPARTMENT
from mien.core.template import SubjectId
from mien.errors import UnknownSubjectError
from mien.storage.dialects import upsert
from mien.storage.tables import ConsentRow, ExpressionRow, SubjectGroupRow, SubjectRow


@final
class SqlConsentRepository:
    """Who has agreed to what."""

    def __init__(self, session: Session) -> None:
        """Take the transaction's session."""
        self._session = session

    def of(self, subject_id: SubjectId) -> Sequence[Consent]:
        """Return what a subject has agreed to, by purpose; raise UnknownSubjectError."""
        subject = named(self._session, subject_id)
        rows = self._session.execute(
            select(ConsentRow.purpose, ConsentRow.given_at)
            .where(ConsentRow.subject_key == subject.key)
            .order_by(ConsentRow.purpose)
        )
        return [Consent(Purpose(purpose), given_at) for purpose, given_at in rows]

    def give(self, subject_id: SubjectId, purpose: Purpose, at: datetime) -> Pseudonym:
        """Note consent; one that was given before keeps its time. Raises UnknownSubjectError."""
        subject = named(self._session, subject_id, locked=True)
        self._session.connection().execute(
            upsert(self._session, ConsentRow)
            .values(subject_key=subject.key, purpose=purpose, given_at=at)
            .on_conflict_do_nothing()
        )
        return Pseudonym(subject.pseudonym)

    def withdraw(self, subject_id: SubjectId, purpose: Purpose) -> Pseudonym:
        """Forget consent and everything that was kept by it; raise UnknownSubjectError."""
        subject = named(self._session, subject_id)
        connection = self._session.connection()
        # The consent first: whoever keeps something by it holds its row until they are done, so
        # that what follows sees what they have kept.
        connection.execute(
            delete(ConsentRow).where(
                ConsentRow.subject_key == subject.key, ConsentRow.purpose == purpose
            )
        )
        connection.execute(_kept_by(purpose, subject.key))
        return Pseudonym(subject.pseudonym)

    def has(self, subject_id: SubjectId, purpose: Purpose) -> bool:
        """Tell whether somebody who is enrolled has agreed; nobody else has."""
        agreed = (
            select(ConsentRow.subject_key)
            .join(SubjectRow, SubjectRow.key == ConsentRow.subject_key)
            .where(SubjectRow.subject_id == subject_id, ConsentRow.purpose == purpose)
        )
        return self._session.connection().execute(agreed).one_or_none() is not None


def named(session: Session, subject_id: SubjectId, *, locked: bool = False) -> Row[int, str]:
    """Return a subject's key and pseudonym; raise UnknownSubjectError.

    locked: until the transaction ends nobody erases the subject, whose rows could not be written.
    """
    found = select(SubjectRow.key, SubjectRow.pseudonym).where(SubjectRow.subject_id == subject_id)
    if locked:
        found = found.with_for_update(read=True, key_share=True)
    row = session.execute(found).one_or_none()
    if row is None:
        raise UnknownSubjectError(f"no subject {subject_id} is enrolled")
    return row


def _kept_by(purpose: Purpose, subject_key: int) -> Delete:
    match purpose:
        case Purpose.EXPRESSION:
            return delete(ExpressionRow).where(ExpressionRow.subject_key == subject_key)
        case Purpose.FAIRNESS:
            return delete(SubjectGroupRow).where(
                SubjectGroupRow.subject_key == subject_key,
                SubjectGroupRow.attribute != DEPARTMENT,
            )
