"""Restoring a backup, all of it or nothing.

Into an empty database comes everything, with the keys of their own file. In a database that lives
on, only the gallery is turned back, with the keys that are there: who was erased stays erased, and
callers, locks, seen photos, consents, thresholds and the audit log are never turned back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Engine, inspect, select, text
from sqlalchemy.orm import Session

from mien.core.audit import AuditAction, AuditEvent
from mien.errors import InvalidRequestError, StorageError
from mien.storage.audit import SqlAuditLog
from mien.storage.backup_file import BackupFile
from mien.storage.backup_tables import DATA, KEYS, SUBJECT_KEYS
from mien.storage.database import Database, explaining, prepare_file
from mien.storage.dialects import alone, begin_alone
from mien.storage.engines import PROGRAM_NAME, connect
from mien.storage.master_keys import KeySource, MasterKeys, Sealed
from mien.storage.progress import Progress, ignore_progress
from mien.storage.restored_consents import ConsentRestoring
from mien.storage.restored_gallery import GalleryRestoring, RestoredGallery, restore_rotation
from mien.storage.restored_rows import clear, fill, insert_all, move_sequences_on
from mien.storage.restored_self import SelfRestoring
from mien.storage.schema import UPGRADE_LOCK, is_empty, migrate
from mien.storage.signing_keys import SigningKeys
from mien.storage.tables import AuditEntryRow, SubjectKeyRow, SubjectRow

_AS_IT_IS: Final = (
    "gallery_changes",
    "audit_entries",
    "audit_head",
    "audit_checkpoints",
    "failures",
    "api_keys",
    "operators",
    "group_thresholds",
)
_LOST_CHANGES: Final = 1 << 20
"""More changes than a gallery sees between a backup and a restore: whoever followed them all still
sees that the restored ones are newer."""


@dataclass(frozen=True, slots=True)
class Target:
    """The database to restore into, and for whom, as the audit log calls them."""

    url: URL
    source: KeySource
    clock: Callable[[], datetime]
    actor: str


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    erased_since: subjects of the backup whose key is gone; they stay erased. enrolled_since:
    subjects that are not in the backup, and gone now. everything: not the gallery only.
    restart_needed: servers that ran meanwhile have to be started anew.
    """

    made_at: datetime
    subjects: int
    templates: int
    erased_since: int
    enrolled_since: int
    everything: bool
    restart_needed: bool


def restore(
    path: Path,
    target: Target,
    *,
    keys: Path | None = None,
    replace: bool = False,
    progress: Progress = ignore_progress,
) -> Restored:
    """Restore a backup; raise InvalidRequestError or an InstallationError, with nothing changed.

    keys: the backup of the keys, for an empty database. replace: turn back the gallery of a
    database that has data.
    """
    master_keys = MasterKeys(target.source)
    master_keys.ids()  # raises without them, before anything is begun
    with explaining(target.url), BackupFile.opened(path, DATA) as backup:
        prepare_file(target.url)
        engine = connect(target.url)
        restoring = _Restoring(engine, master_keys, backup, target, progress)
        try:
            if not is_empty(engine):
                _require_turning_back(target.url, keys, replace=replace)
                with _opened(target) as database:
                    return restoring.into_living(database)
            if keys is None:
                raise InvalidRequestError(
                    "the database is empty, so it has no keys to open the backup with: name their "
                    "backup with --keys, the keys.backup that was written last"
                )
            with BackupFile.opened(keys, KEYS) as opened_keys:
                return restoring.into_empty(opened_keys)
        finally:
            engine.dispose()


@dataclass(frozen=True, slots=True)
class _Restoring:
    engine: Engine
    master_keys: MasterKeys
    backup: BackupFile
    target: Target
    progress: Progress

    def into_empty(self, keys: BackupFile) -> Restored:
        """Restore everything."""
        # 1. No server is left that remembers another database under this name.
        _require_nobody(self.engine)
        # 2. Both files are whole, and signed with a key that the master key opens.
        signing = SigningKeys(keys.engine, self.master_keys)
        keys.verify(signing, self.progress)
        self._verify_backup(signing)
        # 3. The keys are not older, or whoever came since would be taken for erased.
        if keys.manifest.made_at < self.backup.manifest.made_at:
            raise InvalidRequestError(
                f"the keys are of {keys.manifest.made_at:%Y-%m-%d %H:%M:%S}, older than the "
                "backup: name the keys.backup that was written last"
            )
        sealed = {
            row.pseudonym: Sealed(row.sealed, row.master_key_id) for row in keys.rows(SUBJECT_KEYS)
        }
        with Session(self.engine) as session, session.begin():
            # 4. The schema, and in it everything; each template is opened on its way.
            connection = session.connection()
            begin_alone(connection, UPGRADE_LOCK)
            if inspect(connection).has_table("subjects"):
                raise StorageError("another program has just filled the database: look at it first")
            migrate(connection, self.master_keys, self.target.clock)
            clear(connection)
            for name in ("secrets", "signing_keys"):
                fill(connection, name, keys.rows(KEYS.tables[name]))
            gallery = self._restore_gallery(session, sealed)
            self._restore_rotation(session, gallery)
            ConsentRestoring(connection, self.backup, keys, gallery).run()
            SelfRestoring(connection, self.backup, gallery).run()
            for name in _AS_IT_IS:
                fill(connection, name, self.backup.rows(DATA.tables[name]))
            seen = self.backup.rows(DATA.tables["seen_images"])
            mine = {None, *gallery.subjects}
            fill(connection, "seen_images", (row for row in seen if row.subject_key in mine))
            move_sequences_on(connection, _LOST_CHANGES)
            self._announce(session, gallery)
            self._record(session, signing, gallery)
        return self._restored(gallery, everything=True, restart_needed=True)

    def into_living(self, database: Database) -> Restored:
        """Turn the gallery back."""
        # 1. The backup is whole, and of this database.
        self._verify_backup(database.signing_keys)
        with alone(self.engine) as session:
            # 2. The database is the one that the backup was made of, gone on since.
            self._require_same_past(session)
            # 3. The gallery; a subject without a key was erased, and stays so, as what was
            #    learned from an attempt that was disowned.
            keys = select(
                SubjectRow.pseudonym, SubjectKeyRow.sealed, SubjectKeyRow.master_key_id
            ).join(SubjectRow, SubjectRow.key == SubjectKeyRow.subject_key)
            sealed = {
                pseudonym: Sealed(data, master_key_id)
                for pseudonym, data, master_key_id in session.execute(keys)
            }
            gallery = self._restore_gallery(session, sealed, _disowned(session))
            turned = self._restore_rotation(session, gallery)
            self._announce(session, gallery)
            self._record(session, database.signing_keys, gallery)
        return self._restored(gallery, everything=False, restart_needed=turned)

    def _verify_backup(self, signing: SigningKeys) -> None:
        self.backup.verify(signing, self.progress)
        total = self.backup.size(DATA.tables["audit_entries"])
        with Session(self.backup.engine) as session:
            SqlAuditLog(session, signing).verify(
                seen=lambda sequence: self.progress("verifying the audit log", sequence, total)
            )

    def _restore_gallery(
        self, session: Session, sealed: dict[str, Sealed], disowned: frozenset[str] = frozenset()
    ) -> RestoredGallery:
        return GalleryRestoring(
            session.connection(), self.backup, self.master_keys, sealed, disowned, self.progress
        ).run()

    def _restore_rotation(self, session: Session, gallery: RestoredGallery) -> bool:
        return restore_rotation(
            session.connection(),
            self.master_keys,
            self.backup,
            gallery.rotated_by,
            self.target.clock(),
        )

    def _require_same_past(self, session: Session) -> None:
        for head in self.backup.rows(DATA.tables["audit_head"]):
            here = session.scalar(
                select(AuditEntryRow.digest).where(AuditEntryRow.sequence == head.sequence)
            )
            if head.sequence and here != head.digest:
                raise StorageError(
                    "the audit log of the database does not go on from the backup's: it was "
                    "restored from an older backup, or is another one. Restore into an empty one"
                )

    def _announce(self, session: Session, gallery: RestoredGallery) -> None:
        """Make everybody who follows the gallery look at all of it anew."""
        changed = sorted(gallery.subjects | gallery.gone)
        insert_all(
            session.connection(), "gallery_changes", ({"subject_key": key} for key in changed)
        )

    def _record(self, session: Session, signing: SigningKeys, gallery: RestoredGallery) -> None:
        event = AuditEvent(
            action=AuditAction.RESTORE,
            at=self.target.clock(),
            actor=self.target.actor,
            details={
                "backup_of": self.backup.manifest.made_at.isoformat(),
                "subjects": len(gallery.subjects),
                "templates": gallery.templates,
                "erased_since": gallery.erased,
                "enrolled_since": len(gallery.gone),
            },
        )
        SqlAuditLog(session, signing).append(event)

    def _restored(
        self, gallery: RestoredGallery, *, everything: bool, restart_needed: bool
    ) -> Restored:
        return Restored(
            made_at=self.backup.manifest.made_at,
            subjects=len(gallery.subjects),
            templates=gallery.templates,
            erased_since=gallery.erased,
            enrolled_since=len(gallery.gone),
            everything=everything,
            restart_needed=restart_needed,
        )


@contextmanager
def _opened(target: Target) -> Iterator[Database]:
    database = Database.open(target.url, target.source, target.clock)
    try:
        yield database
    finally:
        database.close()


def _disowned(session: Session) -> frozenset[str]:
    """Return the attempts that were disowned, also those since the backup."""
    said = select(AuditEntryRow.details).where(AuditEntryRow.action == AuditAction.DISOWN)
    return frozenset(json.loads(details)["attempt"] for details in session.scalars(said))


def _require_turning_back(url: URL, keys: Path | None, *, replace: bool) -> None:
    name = url.render_as_string(hide_password=True)
    if not replace:
        raise InvalidRequestError(
            f"the database {name} has data: --replace turns its gallery back to the backup; to "
            "restore everything, name an empty database"
        )
    if keys is not None:
        raise InvalidRequestError(
            f"the database {name} has its own keys, and only they show who was erased since the "
            "backup: leave out --keys"
        )


def _require_nobody(engine: Engine) -> None:
    """Raise StorageError while a server of mien is connected; with SQLite none can be."""
    if engine.dialect.name != "postgresql":
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = :name AND pid <> pg_backend_pid()"
    )
    with engine.connect() as connection:
        if connection.scalar(others, {"name": PROGRAM_NAME}):
            raise StorageError(
                "a server of mien is connected to the empty database, and remembers what was in "
                "it: stop it, and start it again after the restore"
            )
