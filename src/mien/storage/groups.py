"""Groups that subjects belong to; all but the department need their consent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from mien.core.consent import Purpose
from mien.core.groups import DEPARTMENT, Attribute, Group
from mien.core.template import SubjectId
from mien.errors import ConsentMissingError
from mien.storage.consents import named
from mien.storage.dialects import upsert
from mien.storage.tables import ConsentRow, SubjectGroupRow, SubjectRow

_AGREED = exists().where(
    ConsentRow.subject_key == SubjectGroupRow.subject_key, ConsentRow.purpose == Purpose.FAIRNESS
)


@final
class SqlGroupRepository:
    """Which groups subjects belong to: one at most for each attribute."""

    def __init__(self, session: Session) -> None:
        """Take the transaction's session."""
        self._session = session

    def of(self, subject_id: SubjectId) -> Mapping[Attribute, Group]:
        """Return a subject's groups, by attribute; raise UnknownSubjectError."""
        subject = named(self._session, subject_id)
        rows = self._session.execute(
            select(SubjectGroupRow.attribute, SubjectGroupRow.value)
            .where(SubjectGroupRow.subject_key == subject.key)
            .order_by(SubjectGroupRow.attribute)
        )
        return {Attribute(attribute): Group(value) for attribute, value in rows}

    def put(self, subject_id: SubjectId, attribute: Attribute, group: Group | None) -> None:
        """Note a subject's group, in place of the one before; None for none.

        Raises UnknownSubjectError, and ConsentMissingError for what the subject has to agree to.
        """
        subject = named(self._session, subject_id, locked=True)
        if group is None:
            self._session.connection().execute(
                delete(SubjectGroupRow).where(
                    SubjectGroupRow.subject_key == subject.key,
                    SubjectGroupRow.attribute == attribute,
                )
            )
            return
        if attribute != DEPARTMENT:
            self._require_consent(subject.key, attribute)
        self._session.connection().execute(
            upsert(self._session, SubjectGroupRow)
            .values(subject_key=subject.key, attribute=attribute, value=group)
            .on_conflict_do_update(
                index_elements=[SubjectGroupRow.subject_key, SubjectGroupRow.attribute],
                set_={"value": group},
            )
        )

    def members(self, attribute: Attribute) -> Mapping[SubjectId, Group]:
        """Return everybody who has a group of this attribute, and has agreed where that is due."""
        found = (
            select(SubjectRow.subject_id, SubjectGroupRow.value)
            .join(SubjectRow, SubjectRow.key == SubjectGroupRow.subject_key)
            .where(
                SubjectGroupRow.attribute == attribute,
                or_(SubjectGroupRow.attribute == DEPARTMENT, _AGREED),
            )
            .order_by(SubjectRow.subject_id)
        )
        return {SubjectId(who): Group(value) for who, value in self._session.execute(found)}

    def _require_consent(self, subject_key: int, attribute: Attribute) -> None:
        """Hold the consent until the transaction ends; raise where there is none."""
        held = (
            select(ConsentRow.given_at)
            .where(ConsentRow.subject_key == subject_key, ConsentRow.purpose == Purpose.FAIRNESS)
            .with_for_update(read=True)
        )
        if self._session.execute(held).one_or_none() is None:
            raise ConsentMissingError(
                f"the person has not agreed to {Purpose.FAIRNESS}, so no group but the "
                f"{DEPARTMENT} is noted of them, and {attribute} is another: ask them first"
            )
