"""Subjects' own keys, opened for what is sealed with them besides templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from mien.core.audit import Pseudonym
from mien.core.template import SubjectId
from mien.errors import UnknownSubjectError
from mien.storage.master_keys import Sealed
from mien.storage.tables import SubjectKeyRow, SubjectRow
from mien.storage.vault import DataKey, Vault

KEY_COLUMNS: Final = (
    SubjectRow.key.label("subject"),
    SubjectRow.subject_id,
    SubjectRow.pseudonym,
    SubjectKeyRow.sealed.label("wrapped"),
    SubjectKeyRow.master_key_id,
)
"""What a row has to have for `open_key`."""


@dataclass(frozen=True, slots=True)
class OpenSubject:
    """A subject's number in the database, and its key."""

    number: int
    key: DataKey

    @property
    def pseudonym(self) -> Pseudonym:
        """The subject's name in the audit log."""
        return self.key.pseudonym


def find_open(
    session: Session, vault: Vault, subject_id: SubjectId, *, locked: bool = False
) -> OpenSubject | None:
    """Return a subject with its key, None for nobody; raise KeyMissingError or TamperedError.

    locked: until the transaction ends nobody erases the subject, whose rows could not be written.
    """
    found = (
        select(*KEY_COLUMNS)
        .join(SubjectKeyRow, SubjectKeyRow.subject_key == SubjectRow.key)
        .where(SubjectRow.subject_id == subject_id)
    )
    if locked:
        found = found.with_for_update(read=True, key_share=True, of=SubjectRow)
    row = session.execute(found).one_or_none()
    return None if row is None else OpenSubject(row.subject, open_key(vault, row))


def require_open(session: Session, vault: Vault, subject_id: SubjectId) -> OpenSubject:
    """Return a subject to write for, with its key; raise UnknownSubjectError."""
    found = find_open(session, vault, subject_id, locked=True)
    if found is None:
        raise UnknownSubjectError(f"no subject {subject_id} is enrolled")
    return found


def open_key(vault: Vault, row: Row[*tuple[object, ...]]) -> DataKey:
    """Open the key of a row that has `KEY_COLUMNS`."""
    return vault.open_data_key(Pseudonym(row.pseudonym), Sealed(row.wrapped, row.master_key_id))
