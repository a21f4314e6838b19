"""Templates that were learned from use, sealed like all others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mien.core.attempt import AttemptId
from mien.core.audit import Pseudonym
from mien.core.template import Origin, StoredTemplate, SubjectId, Template
from mien.errors import UnknownSubjectError
from mien.storage.dialects import affected, serialize_changes, try_serialize_changes
from mien.storage.master_keys import Sealed
from mien.storage.tables import GalleryChangeRow, SubjectKeyRow, SubjectRow, TemplateRow
from mien.storage.templates import Place, seal_embedding, seal_template
from mien.storage.vault import DataKey, Vault


@final
class SqlLearnedTemplates:
    """No statement here matches a row of an enrolled template."""

    def __init__(self, session: Session, vault: Vault) -> None:
        """Take the transaction's session and the vault that seals."""
        self._session = session
        self._vault = vault

    def try_lock(self) -> bool:
        """Let nobody else change templates until the transaction ends; never wait for it."""
        return try_serialize_changes(self._session)

    def lock(self) -> None:
        """Do the same, and wait; before anything else in the transaction."""
        serialize_changes(self._session)

    def keep(
        self, subject_id: SubjectId, template: Template, attempt_id: AttemptId, at: datetime
    ) -> None:
        """Store a candidate."""
        subject_key, key = self._opened_key(subject_id)
        place = Place(subject_key, Origin.CANDIDATE, at, attempt_id)
        self._session.add(seal_template(template, key, place))
        self._session.flush()

    def adopt(
        self, subject_id: SubjectId, candidate: StoredTemplate, confirmed_by: AttemptId
    ) -> None:
        """Let a candidate count from now on; it is sealed anew, as what it is now."""
        subject_key, key = self._opened_key(subject_id)
        origin = Origin.ADAPTED
        sealed = seal_embedding(candidate.template, key, candidate.template_id, origin)
        adopted = (
            update(TemplateRow)
            .where(
                TemplateRow.template_id == candidate.template_id,
                TemplateRow.subject_key == subject_key,
                TemplateRow.origin == Origin.CANDIDATE,
            )
            .values(sealed=sealed, origin=origin, confirmed_by=confirmed_by)
        )
        if affected(self._session, adopted):
            self._announce(subject_key)

    def drop(self, subject_id: SubjectId, templates: Sequence[StoredTemplate]) -> None:
        """Forget learned templates; whoever keeps the gallery in memory follows."""
        subject_key, _ = self._opened_key(subject_id)
        gone = delete(TemplateRow).where(
            TemplateRow.template_id.in_([template.template_id for template in templates]),
            TemplateRow.subject_key == subject_key,
            TemplateRow.origin.in_((Origin.ADAPTED, Origin.CANDIDATE)),
        )
        if affected(self._session, gone):
            self._announce(subject_key)

    def _announce(self, subject_key: int) -> None:
        self._session.add(GalleryChangeRow(subject_key=subject_key))
        self._session.flush()

    def _opened_key(self, subject_id: SubjectId) -> tuple[int, DataKey]:
        found = self._session.execute(
            select(
                SubjectRow.key,
                SubjectRow.pseudonym,
                SubjectKeyRow.sealed,
                SubjectKeyRow.master_key_id,
            )
            .join(SubjectKeyRow, SubjectKeyRow.subject_key == SubjectRow.key)
            .where(SubjectRow.subject_id == subject_id)
        ).one_or_none()
        if found is None:
            raise UnknownSubjectError(f"no subject {subject_id} is enrolled")
        sealed = Sealed(found.sealed, found.master_key_id)
        return found.key, self._vault.open_data_key(Pseudonym(found.pseudonym), sealed)
