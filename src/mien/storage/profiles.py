"""Names and roles of subjects, sealed with their keys."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final, final

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import Session

from mien.core.audit import Pseudonym
from mien.core.groups import DEPARTMENT, Group
from mien.core.profile import Profile
from mien.core.template import SubjectId
from mien.errors import UnknownSubjectError
from mien.storage.dialects import upsert
from mien.storage.subject_keys import KEY_COLUMNS, open_key, require_open
from mien.storage.tables import SubjectGroupRow, SubjectKeyRow, SubjectRow
from mien.storage.tables_self import ProfileRow
from mien.storage.vault import DataKey, Vault

PLACE: Final = "profile"

_IDS_PER_QUERY: Final = 500
"""Below SQLite's limit on bound parameters."""

_PROFILES: Final[Select[*tuple[object, ...]]] = (
    select(*KEY_COLUMNS, ProfileRow.sealed, SubjectGroupRow.value)
    .join(SubjectKeyRow, SubjectKeyRow.subject_key == SubjectRow.key)
    .outerjoin(ProfileRow, ProfileRow.subject_key == SubjectRow.key)
    .outerjoin(
        SubjectGroupRow,
        and_(
            SubjectGroupRow.subject_key == SubjectRow.key, SubjectGroupRow.attribute == DEPARTMENT
        ),
    )
)


@final
class SqlProfileRepository:
    """What subjects are called and do."""

    def __init__(self, session: Session, vault: Vault) -> None:
        """Take the transaction's session and the vault that seals."""
        self._session = session
        self._vault = vault

    def of(self, subject_id: SubjectId) -> Profile:
        """Return a subject's profile; raise UnknownSubjectError."""
        found = self.of_all([subject_id])
        if subject_id not in found:
            raise UnknownSubjectError(f"no subject {subject_id} is enrolled")
        return found[subject_id]

    def of_all(self, subject_ids: Sequence[SubjectId]) -> Mapping[SubjectId, Profile]:
        """Return the profiles of those subjects that are enrolled."""
        found: dict[SubjectId, Profile] = {}
        for start in range(0, len(subject_ids), _IDS_PER_QUERY):
            some = subject_ids[start : start + _IDS_PER_QUERY]
            for row in self._session.execute(_PROFILES.where(SubjectRow.subject_id.in_(some))):
                found[SubjectId(row.subject_id)] = self._opened(row)
        return found

    def put(self, subject_id: SubjectId, name: str | None, role: str | None) -> Pseudonym:
        """Note name and role in place of those before; raise UnknownSubjectError."""
        subject = require_open(self._session, self._vault, subject_id)
        sealed = subject.key.seal_words(json.dumps({"name": name, "role": role}), PLACE)
        new = upsert(self._session, ProfileRow).values(subject_key=subject.number, sealed=sealed)
        self._session.connection().execute(
            new.on_conflict_do_update(
                index_elements=[ProfileRow.subject_key], set_={"sealed": sealed}
            )
        )
        return subject.pseudonym

    def _opened(self, row: Row[*tuple[object, ...]]) -> Profile:
        department = None if row.value is None else Group(row.value)
        if row.sealed is None:
            return Profile(department=department)
        words = opened_profile(open_key(self._vault, row), row.sealed)
        return Profile(words["name"], words["role"], department)


def opened_profile(key: DataKey, sealed: bytes) -> dict[str, str | None]:
    """Open a profile's words; raise TamperedError for another subject's."""
    words: dict[str, str | None] = json.loads(key.unseal_words(sealed, PLACE))
    return words
