"""What stands in a backup, and what does not.

A backup has the tables of the database but these:
- subject_keys: without a subject's key its templates open no more, so an erasure that comes after
  the backup reaches into it. The keys are in a file of their own, of which only the newest is kept.
- subjects: name, consent, dates and groups are sealed with the subject's key too, or an old backup
  would still say who was enrolled, and whom the audit log speaks of.
- consents: they are with the keys, of which only the newest are kept: whoever has withdrawn since
  the backup has not agreed, and what was kept by their consent is not restored.
- signing_keys: they are with the other keys, sealed with the newest master key.
- refresh_tokens: sessions end; a token that was used since would be accepted once more.
- live_sessions: they are over within a minute.
Tickets of requests are in it, and a restore takes them away: one may have been used since.
Seen photos and failures are in it: without them a restore would let in what was used before, and
lift locks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Integer, LargeBinary, MetaData, RowMapping, String, Table, Text

from mien.core.audit import Pseudonym
from mien.errors import TamperedError
from mien.storage.envelope import context, seal, unseal
from mien.storage.tables import Base, UtcDateTime
from mien.storage.tables_self import ProfileRow, ReviewRow, SubjectPasswordRow
from mien.storage.tables_thresholds import GroupThresholdRow
from mien.storage.vault import DataKey

DATA: Final = MetaData()
KEYS: Final = MetaData()

SUBJECTS: Final = Table(
    "subjects",
    DATA,
    Column("key", Integer, primary_key=True),
    Column("pseudonym", String(32), nullable=False, unique=True),
    Column("sealed", LargeBinary, nullable=False),
)
COPIED: Final = tuple(
    Base.metadata.tables[name].to_metadata(DATA)
    for name in (
        "templates",
        "expression_records",
        *(row.__tablename__ for row in (ProfileRow, SubjectPasswordRow, ReviewRow)),
        "gallery_changes",
        "secrets",
        "audit_entries",
        "audit_head",
        "audit_checkpoints",
        "seen_images",
        "failures",
        "api_keys",
        "operators",
        GroupThresholdRow.__tablename__,
    )
)
"""The tables that stand in a backup as they are, parents first."""

SUBJECT_KEYS: Final = Table(
    "subject_keys",
    KEYS,
    Column("pseudonym", String(32), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("master_key_id", String(16), nullable=False),
)
CONSENTS: Final = Table(
    "consents",
    KEYS,
    Column("pseudonym", String(32), primary_key=True),
    Column("purpose", String(32), primary_key=True),
    Column("given_at", UtcDateTime, nullable=False),
)
COPIED_KEYS: Final = tuple(
    Base.metadata.tables[name].to_metadata(KEYS) for name in ("secrets", "signing_keys")
)

_PERSONAL: Final = ("subject_id", "enrolled_at", "consent_purpose", "consent_at", "expires_at")
_TIMES: Final = frozenset({"enrolled_at", "consent_at", "expires_at"})


def add_manifest(metadata: MetaData) -> Table:
    """Return the table that says what else is in the file, signed; one row."""
    return Table(
        "manifest",
        metadata,
        Column("text", Text, nullable=False),
        Column("kid", String(64), nullable=False),
        Column("signature", LargeBinary, nullable=False),
    )


MANIFESTS: Final = {DATA: add_manifest(DATA), KEYS: add_manifest(KEYS)}


def contents(metadata: MetaData) -> list[Table]:
    """Return the tables that a manifest speaks of, parents first."""
    return [table for table in metadata.sorted_tables if table is not MANIFESTS[metadata]]


def canonical(row: Sequence[object]) -> bytes:
    """Return a row as bytes, the same on every machine, whichever database it came from."""
    return json.dumps(list(row), default=_plain, separators=(",", ":")).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Person:
    """What a backup says of a person. columns: of their row; groups: by attribute."""

    columns: Mapping[str, object]
    groups: Mapping[str, str]


def seal_person(key: DataKey, row: RowMapping, groups: Mapping[str, str]) -> bytes:
    """Seal what a subject's row and their groups say of the person."""
    columns = {name: row[name] for name in _PERSONAL}
    person = json.dumps({"columns": columns, "groups": dict(groups)}, default=_plain)
    return seal(key.secret, person.encode(), _about(key.pseudonym))


def open_person(key: DataKey, sealed: bytes) -> Person:
    """Return what `seal_person` was given; raise TamperedError."""
    person: dict[str, Any] = json.loads(unseal(key.secret, sealed, _about(key.pseudonym)))
    columns = {
        name: datetime.fromisoformat(value) if name in _TIMES and value is not None else value
        for name, value in person["columns"].items()
    }
    return Person(columns, person["groups"])


def _about(pseudonym: Pseudonym) -> bytes:
    return context("subject in a backup", pseudonym)


def _plain(value: object) -> str:
    match value:
        case bytes():
            return value.hex()
        case datetime():
            return value.isoformat(timespec="microseconds")
    raise TamperedError(f"a {type(value).__name__} does not belong into the database")
