"""Subjects' passwords: hashes, sealed with their subjects' keys.

A stolen database gives no hash to guess against without the master key, and an erasure reaches into
every copy of one.
"""

from __future__ import annotations

from typing import Final, final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mien.core.audit import Pseudonym
from mien.core.self_service import OwnPassword
from mien.core.template import SubjectId
from mien.storage.dialects import upsert
from mien.storage.subject_keys import find_open, require_open
from mien.storage.tables import SubjectRow
from mien.storage.tables_self import SubjectPasswordRow
from mien.storage.vault import Vault

PLACE: Final = "password"


@final
class SqlOwnPasswords:
    """What subjects sign in with besides their faces."""

    def __init__(self, session: Session, vault: Vault) -> None:
        """Take the transaction's session and the vault that seals."""
        self._session = session
        self._vault = vault

    def find(self, subject_id: SubjectId) -> OwnPassword | None:
        """Return a subject's password, None for a subject without one and for no subject."""
        subject = find_open(self._session, self._vault, subject_id)
        if subject is None:
            return None
        stored = select(SubjectPasswordRow.sealed).where(
            SubjectPasswordRow.subject_key == subject.number
        )
        sealed = self._session.execute(stored).scalar_one_or_none()
        if sealed is None:
            return None
        return OwnPassword(subject.pseudonym, subject.key.unseal_words(sealed, PLACE), sealed)

    def confirm(self, known: OwnPassword, password_hash: str) -> bool:
        """Replace the hash, which may be the same, if the password is still the known one.

        One statement that writes: it locks the row, without which the subject cannot be erased.
        """
        subject_id = self._session.execute(
            select(SubjectRow.subject_id).where(SubjectRow.pseudonym == known.pseudonym)
        ).scalar_one_or_none()
        if subject_id is None:
            return False
        subject = require_open(self._session, self._vault, SubjectId(subject_id))
        unchanged = (
            update(SubjectPasswordRow)
            .where(
                SubjectPasswordRow.subject_key == subject.number,
                SubjectPasswordRow.sealed == known.sealed,
            )
            .values(sealed=subject.key.seal_words(password_hash, PLACE))
            .returning(SubjectPasswordRow.subject_key)
        )
        return self._session.connection().execute(unchanged).one_or_none() is not None

    def put(self, subject_id: SubjectId, password_hash: str) -> Pseudonym:
        """Set a subject's password; raise UnknownSubjectError."""
        subject = require_open(self._session, self._vault, subject_id)
        sealed = subject.key.seal_words(password_hash, PLACE)
        new = upsert(self._session, SubjectPasswordRow).values(
            subject_key=subject.number, sealed=sealed
        )
        self._session.connection().execute(
            new.on_conflict_do_update(
                index_elements=[SubjectPasswordRow.subject_key], set_={"sealed": sealed}
            )
        )
        return subject.pseudonym
