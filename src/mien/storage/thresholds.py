"""The false match rates that are tolerated of groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from mien.core.groups import Attribute, Group
from mien.core.scoring import FalseMatchRate
from mien.core.template import SubjectId
from mien.storage.dialects import upsert
from mien.storage.tables import SubjectGroupRow, SubjectRow
from mien.storage.tables_thresholds import GroupThresholdRow


@final
class SqlThresholds:
    """One rate at most for each group."""

    def __init__(self, session: Session) -> None:
        """Take the transaction's session."""
        self._session = session

    def of_subject(self, subject_id: SubjectId, attribute: Attribute) -> FalseMatchRate | None:
        """Return what is tolerated of a subject's group; None for what is of everybody."""
        values = {"subject_id": subject_id, "attribute": attribute}
        found = self._session.connection().execute(_OF_SUBJECT, values).scalar_one_or_none()
        return None if found is None else FalseMatchRate(found)

    def all(self, attribute: Attribute) -> Mapping[Group, FalseMatchRate]:
        """Return what is tolerated of each group, by name."""
        rows = self._session.execute(
            select(GroupThresholdRow.value, GroupThresholdRow.target_fmr)
            .where(GroupThresholdRow.attribute == attribute)
            .order_by(GroupThresholdRow.value)
        )
        return {Group(value): FalseMatchRate(target) for value, target in rows}

    def put(self, attribute: Attribute, group: Group, target: FalseMatchRate) -> None:
        """Note what is tolerated of a group, in place of what was before."""
        self._session.connection().execute(
            upsert(self._session, GroupThresholdRow)
            .values(attribute=attribute, value=group, target_fmr=target)
            .on_conflict_do_update(
                index_elements=[GroupThresholdRow.attribute, GroupThresholdRow.value],
                set_={"target_fmr": target},
            )
        )

    def remove(self, attribute: Attribute, group: Group) -> None:
        """Let the rate of everybody hold for a group; one that had no other is no error."""
        self._session.connection().execute(
            delete(GroupThresholdRow).where(
                GroupThresholdRow.attribute == attribute, GroupThresholdRow.value == group
            )
        )


# Every authentication runs it: made once, it costs a third of what it does made anew.
_OF_SUBJECT: Final = (
    select(GroupThresholdRow.target_fmr)
    .join(
        SubjectGroupRow,
        (SubjectGroupRow.attribute == GroupThresholdRow.attribute)
        & (SubjectGroupRow.value == GroupThresholdRow.value),
    )
    .join(SubjectRow, SubjectRow.key == SubjectGroupRow.subject_key)
    .where(
        SubjectRow.subject_id == bindparam("subject_id"),
        SubjectGroupRow.attribute == bindparam("attribute"),
    )
)
