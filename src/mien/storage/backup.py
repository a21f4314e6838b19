"""Backups: made online, of SQLite and PostgreSQL alike, each a signed SQLite file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, MetaData, RowMapping, Table, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from mien.core.audit import AuditAction, AuditEvent, Pseudonym
from mien.core.signing import SigningKey
from mien.errors import StorageError, TamperedError
from mien.storage.audit import SqlAuditLog
from mien.storage.backup_file import (
    DRAFT_SUFFIX,
    BackupFile,
    BackupWriter,
    Manifest,
    count_rows,
    drafted,
    writing,
)
from mien.storage.backup_tables import (
    CONSENTS,
    COPIED,
    COPIED_KEYS,
    DATA,
    KEYS,
    SUBJECT_KEYS,
    SUBJECTS,
    seal_person,
)
from mien.storage.database import Database
from mien.storage.dialects import snapshot
from mien.storage.master_keys import Sealed
from mien.storage.progress import Progress, ignore_progress
from mien.storage.tables import Base, ConsentRow, SubjectGroupRow, SubjectKeyRow, SubjectRow

SUFFIX: Final = ".backup"
KEYS_NAME: Final = f"keys{SUFFIX}"
_NOTE_NAME: Final = "KEYS-README.txt"
_NOTE: Final = """\
keys.backup holds the keys that open the templates in mien's backups, sealed with the master key.

Keep only the newest one. `mien db backup` replaces it each time; let no other program keep older
copies of it (no versions, no snapshots, no second folder): an older copy still opens the templates
of people who were erased since. It is worth a run of its own after an erasure:
  mien db backup FOLDER --keys-only
Neither this file nor a backup opens without the master key. Keep that somewhere else.
"""
_STREAMED: Final = {"yield_per": 1000}
_LEFT_OVER: Final = timedelta(days=1)
"""So old, a draft is of a run that was killed."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What was written. data: None when only the keys were."""

    data: Path | None
    keys: Path
    made_at: datetime
    subjects: int


def back_up(
    database: Database,
    folder: Path,
    actor: str,
    now: datetime,
    *,
    keys: Path | None = None,
    keys_only: bool = False,
    progress: Progress = ignore_progress,
) -> Backup:
    """Write a backup into *folder* and replace the backup of the keys; raise StorageError.

    actor: for whom, as the audit log calls them. keys: where the keys go, by default into the same
    folder. keys_only: replace only these. Both show the database as it was at one moment; others
    go on writing.
    """
    data_path = folder / f"mien-{now.astimezone(UTC):%Y-%m-%dT%H-%M-%SZ}{SUFFIX}"
    keys_path = keys or folder / KEYS_NAME
    with _explaining(folder):
        for made in (folder, keys_path.parent):
            made.mkdir(parents=True, exist_ok=True, mode=0o700)
            _remove_left_overs(made, now)
        if data_path.exists():
            raise StorageError(f"{data_path} is there already: try again in a second")
        # Before the snapshot, which then has it.
        signing = database.signing_keys.current()
        writer = _Writing(database, signing, actor, now, progress)
        if keys_only:
            with drafted(keys_path) as keys_draft:
                with snapshot(database.engine) as source:
                    manifest = writer.write_keys(source, keys_draft)
                writer.verify(keys_draft, KEYS)
                writer.record("keys", manifest)
        else:
            # The keys come into their place first: they open every backup, older ones too.
            with drafted(data_path) as data_draft, drafted(keys_path) as keys_draft:
                with snapshot(database.engine) as source:
                    writer.write_data(source, data_draft)
                    manifest = writer.write_keys(source, keys_draft)
                writer.verify(keys_draft, KEYS)
                writer.verify(data_draft, DATA)
                writer.record("data and keys", manifest)
        (keys_path.parent / _NOTE_NAME).write_text(_NOTE)
    return Backup(None if keys_only else data_path, keys_path, now, _subjects(manifest))


@dataclass(frozen=True, slots=True)
class _Writing:
    database: Database
    signing: SigningKey
    actor: str
    now: datetime
    progress: Progress

    def write_data(self, source: Connection, path: Path) -> Manifest:
        """Copy everything but the keys."""
        with writing(path) as target:
            writer = BackupWriter(target, DATA, self.progress)
            total = count_rows(source, Base.metadata.tables["subjects"])
            groups = _groups(source)
            with source.execute(_SUBJECTS, execution_options=_STREAMED) as found:
                writer.write(SUBJECTS, self._sealed(found.mappings(), groups), total)
            for table in COPIED:
                _copy(source, writer, table)
            return writer.finish(self.now, self.signing)

    def write_keys(self, source: Connection, path: Path) -> Manifest:
        """Copy keys and consents, by pseudonym: a row's number says nothing of whose it is."""
        with writing(path) as target:
            writer = BackupWriter(target, KEYS, self.progress)
            total = count_rows(source, Base.metadata.tables["subject_keys"])
            with source.execute(_KEYS, execution_options=_STREAMED) as found:
                writer.write(SUBJECT_KEYS, found, total)
            total = count_rows(source, Base.metadata.tables["consents"])
            with source.execute(_CONSENTS, execution_options=_STREAMED) as found:
                writer.write(CONSENTS, found, total)
            for table in COPIED_KEYS:
                _copy(source, writer, table)
            return writer.finish(self.now, self.signing)

    def verify(self, path: Path, metadata: MetaData) -> None:
        """Read back what was written, as a restore does."""
        with BackupFile.opened(path, metadata) as file:
            file.verify(self.database.signing_keys, self.progress)
            if metadata is DATA:
                with Session(file.engine) as session:
                    SqlAuditLog(session, self.database.signing_keys).verify()

    def record(self, what: str, keys: Manifest) -> None:
        """Tell the audit log, before the files get their names: no backup without a word of it."""
        details: dict[str, str | int] = {"backup": what, "subjects": _subjects(keys)}
        event = AuditEvent(AuditAction.BACK_UP, self.now, self.actor, details=details)
        with self.database.unit_of_work(self.actor) as work:
            work.audit.append(event)

    def _sealed(
        self, subjects: Iterable[RowMapping], groups: Mapping[int, Mapping[str, str]]
    ) -> Iterator[Sequence[object]]:
        for row in subjects:
            if row["sealed"] is None:
                raise TamperedError(
                    f"the key of {row['subject_id']} is gone: mien db check says what else is "
                    "wrong; erase the subject to go on"
                )
            sealed = Sealed(row["sealed"], row["master_key_id"])
            key = self.database.vault.open_data_key(Pseudonym(row["pseudonym"]), sealed)
            mine = groups.get(row["key"], {})
            yield row["key"], row["pseudonym"], seal_person(key, row, mine)


_SUBJECTS: Final = (
    select(SubjectRow.__table__, SubjectKeyRow.sealed, SubjectKeyRow.master_key_id)
    .outerjoin(SubjectKeyRow, SubjectKeyRow.subject_key == SubjectRow.key)
    .order_by(SubjectRow.key)
)
_KEYS: Final = (
    select(SubjectRow.pseudonym, SubjectKeyRow.sealed, SubjectKeyRow.master_key_id)
    .join(SubjectRow, SubjectRow.key == SubjectKeyRow.subject_key)
    .order_by(SubjectRow.pseudonym)
)
_CONSENTS: Final = (
    select(SubjectRow.pseudonym, ConsentRow.purpose, ConsentRow.given_at)
    .join(SubjectRow, SubjectRow.key == ConsentRow.subject_key)
    .order_by(SubjectRow.pseudonym, ConsentRow.purpose)
)


def _groups(source: Connection) -> dict[int, dict[str, str]]:
    """Return every subject's groups, by the subject's number."""
    groups: dict[int, dict[str, str]] = {}
    rows = select(SubjectGroupRow.subject_key, SubjectGroupRow.attribute, SubjectGroupRow.value)
    for key, attribute, value in source.execute(
        rows.order_by(*SubjectGroupRow.__table__.primary_key)
    ):
        groups.setdefault(key, {})[attribute] = value
    return groups


def _subjects(keys: Manifest) -> int:
    return keys.parts[SUBJECT_KEYS.name].rows


def _remove_left_overs(folder: Path, now: datetime) -> None:
    for draft in folder.glob(f".*{SUFFIX}.*{DRAFT_SUFFIX}"):
        if draft.stat().st_mtime < (now - _LEFT_OVER).timestamp():
            draft.unlink(missing_ok=True)


def _copy(source: Connection, writer: BackupWriter, table: Table) -> None:
    ordered = select(table).order_by(*table.primary_key)
    with source.execute(ordered, execution_options=_STREAMED) as found:
        writer.write(table, found, count_rows(source, table))


@contextmanager
def _explaining(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, DBAPIError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise StorageError(
            f"no backup was written to {folder}: {reason}. Check its permissions and free space"
        ) from error
