"""Templates on their way to the disk, sealed, and back."""

from __future__ import annotations

import secrets
from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from mien.core.attempt import AttemptId
from mien.core.audit import Pseudonym
from mien.core.ports import SubjectKey
from mien.core.template import Embedding, Origin, StoredTemplate, SubjectId, Template
from mien.storage.master_keys import Sealed
from mien.storage.tables import SubjectKeyRow, SubjectRow, TemplateRow
from mien.storage.vault import DataKey, Vault

STORED_DTYPE: Final = np.dtype("<f4")
_ROWS_PER_FETCH: Final = 2000

Columns = Select[int, str, str, bytes, str, str, str, bytes, float, str]
_COLUMNS: Final = (
    select(
        SubjectRow.key,
        SubjectRow.subject_id,
        SubjectRow.pseudonym,
        SubjectKeyRow.sealed,
        SubjectKeyRow.master_key_id,
        TemplateRow.template_id,
        TemplateRow.contract,
        TemplateRow.sealed,
        TemplateRow.quality,
        TemplateRow.origin,
    )
    .join(SubjectKeyRow, SubjectKeyRow.subject_key == SubjectRow.key)
    .join(TemplateRow, TemplateRow.subject_key == SubjectRow.key)
    .order_by(SubjectRow.key, TemplateRow.key)
)
COUNTING: Final = _COLUMNS.where(TemplateRow.origin.in_((Origin.ENROLLED, Origin.ADAPTED)))
"""The templates that references are made of, grouped by subject."""

_OF_ONE: Final = _COLUMNS.add_columns(
    TemplateRow.added_at, TemplateRow.attempt_id, TemplateRow.confirmed_by
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a template comes from, and whose it is."""

    subject_key: int
    origin: Origin
    added_at: datetime
    attempt_id: AttemptId | None = None


def seal_template(template: Template, key: DataKey, place: Place) -> TemplateRow:
    """Return the row that a template is stored as."""
    template_id = secrets.token_hex(16)
    return TemplateRow(
        template_id=template_id,
        subject_key=place.subject_key,
        contract=template.contract,
        sealed=seal_embedding(template, key, template_id, place.origin),
        quality=template.quality,
        origin=place.origin,
        added_at=place.added_at,
        attempt_id=place.attempt_id,
    )


def seal_embedding(template: Template, key: DataKey, template_id: str, origin: Origin) -> bytes:
    """Return what of a template is sealed, bound to its row and its origin."""
    embedding = template.embedding.astype(STORED_DTYPE).tobytes()
    return key.seal(embedding, contract=template.contract, template_id=template_id, origin=origin)


def open_templates(
    session: Session, vault: Vault, query: Columns
) -> Generator[tuple[SubjectKey, SubjectId, Template], None, None]:
    """Open templates; raise TamperedError for one that is not where it was put."""
    streamed = query.execution_options(yield_per=_ROWS_PER_FETCH)
    open_key: DataKey | None = None
    with session.execute(streamed) as rows:  # closed at once when one is refused
        for row in rows:
            key, subject_id, pseudonym, wrapped, master, template_id, contract, sealed, q, of = row
            if open_key is None or open_key.pseudonym != pseudonym:
                wrapped_key = Sealed(wrapped, master)
                open_key = vault.open_data_key(Pseudonym(pseudonym), wrapped_key)
            opened = open_key.unseal(sealed, contract=contract, template_id=template_id, origin=of)
            yield SubjectKey(key), SubjectId(subject_id), Template(_embedding(opened), contract, q)


def open_all_of(session: Session, vault: Vault, subject_id: SubjectId) -> list[StoredTemplate]:
    """Open one subject's templates, the oldest first, candidates too; raise TamperedError."""
    found: list[StoredTemplate] = []
    for row in session.execute(_OF_ONE.where(SubjectRow.subject_id == subject_id)):
        _, _, pseudonym, wrapped, master, template_id, contract, sealed, quality, origin = row[:10]
        added_at, attempt_id, confirmed_by = row[10:]
        key = vault.open_data_key(Pseudonym(pseudonym), Sealed(wrapped, master))
        opened = key.unseal(sealed, contract=contract, template_id=template_id, origin=origin)
        template = Template(_embedding(opened), contract, quality)
        came = _attempt(attempt_id), _attempt(confirmed_by)
        found.append(StoredTemplate(template_id, template, Origin(origin), added_at, *came))
    return found


def _attempt(stored: str | None) -> AttemptId | None:
    return None if stored is None else AttemptId(stored)


def _embedding(stored: bytes) -> Embedding:
    return np.frombuffer(stored, dtype=STORED_DTYPE).astype(np.float32, copy=False)
