"""Renewing templates: all of a gallery under a new secret rotation, without a photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from mien.core.audit import AuditAction, AuditEvent, Pseudonym
from mien.core.template import EmbeddingContract, digest_of_contract, stored_contract
from mien.core.transform import GalleryTransform, Renewal
from mien.errors import (
    ContractMismatchError,
    InvalidRequestError,
    TamperedError,
)
from mien.storage.audit import SqlAuditLog
from mien.storage.database import Database
from mien.storage.dialects import alone
from mien.storage.envelope import new_key
from mien.storage.master_keys import Sealed
from mien.storage.progress import Progress, ignore_progress
from mien.storage.tables import GalleryChangeRow, SubjectKeyRow, SubjectRow, TemplateRow
from mien.storage.templates import STORED_DTYPE
from mien.storage.transforms import gallery_transform
from mien.storage.vault import TRANSFORM, DataKey, Vault, put_secret

_ROWS_PER_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Renewed:
    """How many templates were renewed, and what they are marked with now."""

    templates: int
    contract: str


def renew_templates(
    database: Database,
    contract: EmbeddingContract,
    actor: str,
    now: datetime,
    progress: Progress = ignore_progress,
) -> Renewed:
    """Store every template under a new rotation, or under a first one; all of them or none.

    contract: of the pack in use, which has to be what made the templates. Servers that run hold
    the old rotation: they refuse every comparison until they are started anew. Raises
    InvalidRequestError for an empty gallery, ContractMismatchError, KeyMissingError,
    TamperedError.
    """
    dimensions = [part.dimension for part in contract.parts]
    # 1. Nobody enrolls or erases meanwhile.
    with alone(database.engine) as session:
        connection = session.connection()
        # 2. The templates are what the pack makes, in the rotation whose secret is there.
        stored = _only_contract(session, contract.digest)
        secret = gallery_transform(connection, database.master_keys, now, make_for_new=False)
        old = None if secret is None else GalleryTransform(secret, dimensions)
        if stored != stored_contract(contract.digest, None if old is None else old.id):
            raise TamperedError(
                f"the templates are marked with {stored}, and the secret in the database is that "
                "of another rotation: restore the database from its backup"
            )
        # 3. Each of them goes from the old rotation to the new one.
        new_secret = new_key()
        new = GalleryTransform(new_secret, dimensions)
        marked = stored_contract(contract.digest, new.id)
        count = _renew(session, database.vault, Renewal(old, new), marked, progress)
        # 4. The old secret is gone, whoever follows the gallery reads it anew.
        put_secret(connection, database.master_keys, TRANSFORM, new_secret, now)
        session.execute(
            insert(GalleryChangeRow).from_select(["subject_key"], select(SubjectRow.key))
        )
        # 5. The record.
        details: dict[str, str | int] = {
            "change": "renew templates",
            "templates": count,
            "transform": new.id,
        }
        SqlAuditLog(session, database.signing_keys).append(
            AuditEvent(action=AuditAction.CHANGE_KEYS, at=now, actor=actor, details=details)
        )
    _forget_old_pages(database)
    return Renewed(count, marked)


def _only_contract(session: Session, digest: str) -> str:
    """Return what all templates are marked with; raise unless it is of this contract."""
    marks = session.scalars(select(TemplateRow.contract).distinct()).all()
    if not marks:
        raise InvalidRequestError("nobody is enrolled: there is no template to renew")
    if any(digest_of_contract(mark) != digest for mark in marks):
        raise ContractMismatchError(
            f"the gallery holds templates of contract {', '.join(sorted(marks))}, and the pack in "
            f"use makes {digest}: set MIEN_PACK to the pack that made them. Nothing was changed"
        )
    if len(marks) > 1:
        raise TamperedError(
            f"the templates are in several rotations ({', '.join(sorted(marks))}): restore the "
            "database from its backup"
        )
    return marks[0]


_STORED: Final = (
    select(
        TemplateRow.key,
        TemplateRow.template_id,
        TemplateRow.contract,
        TemplateRow.sealed,
        TemplateRow.origin,
        SubjectRow.pseudonym,
        SubjectKeyRow.sealed,
        SubjectKeyRow.master_key_id,
    )
    .join(SubjectRow, SubjectRow.key == TemplateRow.subject_key)
    .join(SubjectKeyRow, SubjectKeyRow.subject_key == TemplateRow.subject_key)
    .order_by(TemplateRow.key)
    .limit(_ROWS_PER_BATCH)
)
_REPLACE: Final = (
    update(TemplateRow)
    .where(TemplateRow.key == bindparam("row"))
    .values(sealed=bindparam("renewed"), contract=bindparam("mark"))
)

_Row = Row[int, str, str, bytes, str, str, bytes, str]


def _renew(
    session: Session, vault: Vault, renewal: Renewal, marked: str, progress: Progress
) -> int:
    """Renew every template and return how many there are."""
    total = session.scalar(select(func.count()).select_from(TemplateRow)) or 0
    done, last = 0, 0
    while rows := session.execute(_STORED.where(TemplateRow.key > last)).all():
        changes = _renewed_rows(rows, vault, renewal, marked)
        session.connection().execute(_REPLACE, changes)
        done, last = done + len(rows), rows[-1][0]
        progress("templates", done, total)
    if done != total:
        raise TamperedError(
            f"{total - done} templates have no key: restore the database from its backup"
        )
    return done


def _renewed_rows(
    rows: Sequence[_Row], vault: Vault, renewal: Renewal, marked: str
) -> list[dict[str, object]]:
    """Open some templates, take them over, and return what their rows become."""
    keys: dict[str, DataKey] = {}
    opened = []
    for _, template_id, contract, sealed, origin, pseudonym, wrapped, master_key_id in rows:
        if pseudonym not in keys:
            named = Pseudonym(pseudonym)
            keys[pseudonym] = vault.open_data_key(named, Sealed(wrapped, master_key_id))
        key = keys[pseudonym]
        opened.append(key.unseal(sealed, contract=contract, template_id=template_id, origin=origin))
    embeddings = np.stack([np.frombuffer(each, STORED_DTYPE) for each in opened])
    renewed = renewal.apply(embeddings.astype(np.float32)).astype(STORED_DTYPE)
    return [
        {
            "row": row.key,
            "mark": marked,
            "renewed": keys[row.pseudonym].seal(
                embedding.tobytes(),
                contract=marked,
                template_id=row.template_id,
                origin=row.origin,
            ),
        }
        for row, embedding in zip(rows, renewed, strict=True)
    ]


def _forget_old_pages(database: Database) -> None:
    """Let SQLite's log not keep what the templates were; readers that are in it now delay it."""
    if database.engine.dialect.name == "sqlite":
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
