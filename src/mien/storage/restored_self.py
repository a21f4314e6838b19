"""Brings back what people are called, sign in with and asked for.

Only into an empty database: in one that lives on it is not turned back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from mien.storage.backup_file import BackupFile
from mien.storage.backup_tables import DATA
from mien.storage.own_words import OWN_TABLES, open_own
from mien.storage.restored_gallery import RestoredGallery
from mien.storage.restored_rows import insert_all
from mien.storage.tables_self import ProfileRow, ReviewRow, SubjectPasswordRow


@dataclass(frozen=True, slots=True)
class SelfRestoring:
    """A backup, and the gallery that was restored of it."""

    connection: Connection
    backup: BackupFile
    gallery: RestoredGallery

    def run(self) -> None:
        """Insert profiles, passwords and requests; raise TamperedError for one that is amiss."""
        for table in OWN_TABLES:
            insert_all(self.connection, table.__tablename__, self._rows(table))

    def _rows(
        self, table: type[ProfileRow | SubjectPasswordRow | ReviewRow]
    ) -> Iterator[dict[str, object]]:
        """Yield those of everybody who is there: not of who was erased, or never enrolled."""
        for row in self.backup.rows(DATA.tables[table.__tablename__]):
            key = self.gallery.keys.get(row.subject_key)
            if key is None:
                continue
            # Each is opened once: what cannot be opened now never can.
            open_own(table, key, row)
            restored = dict(row._mapping)  # noqa: SLF001 its public name
            if table is ReviewRow:
                # Its number is the database's own, and its ticket may have been used since.
                del restored["key"]
                restored["ticket"] = None
            yield restored
