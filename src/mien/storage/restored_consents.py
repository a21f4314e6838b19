"""Brings back what people have agreed to, and of what was kept by it what they still agree to.

Only into an empty database. In one that lives on, consents and all that was kept by them stay as
they are: a restore gives no consent back that was withdrawn since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from mien.core.consent import Purpose
from mien.core.groups import DEPARTMENT
from mien.storage.backup_file import BackupFile
from mien.storage.backup_tables import CONSENTS, DATA
from mien.storage.restored_gallery import RestoredGallery
from mien.storage.restored_rows import insert_all


@dataclass(frozen=True, slots=True)
class ConsentRestoring:
    """A backup, the newest keys that there are, and the gallery that was restored of both."""

    connection: Connection
    backup: BackupFile
    keys: BackupFile
    gallery: RestoredGallery

    def run(self) -> None:
        """Insert consents, groups and expressions; raise TamperedError for one that is amiss."""
        numbers = {key.pseudonym: number for number, key in self.gallery.keys.items()}
        consents = [
            {
                "subject_key": numbers[row.pseudonym],
                "purpose": row.purpose,
                "given_at": row.given_at,
            }
            for row in self.keys.rows(CONSENTS)
            if row.pseudonym in numbers
        ]
        insert_all(self.connection, "consents", consents)
        given = {(row["subject_key"], row["purpose"]): row["given_at"] for row in consents}
        insert_all(self.connection, "subject_groups", self._groups(given))
        insert_all(self.connection, "expression_records", self._expressions(given))

    def _groups(self, given: Mapping[tuple[int, str], datetime]) -> Iterator[dict[str, object]]:
        made_at = self.backup.manifest.made_at
        for subject, groups in self.gallery.groups.items():
            agreed_at = given.get((subject, Purpose.FAIRNESS))
            # A consent that was withdrawn and given anew is not the one that they were noted by.
            agreed = agreed_at is not None and agreed_at <= made_at
            for attribute, value in groups.items():
                if agreed or attribute == DEPARTMENT:
                    yield {"subject_key": subject, "attribute": attribute, "value": value}

    def _expressions(
        self, given: Mapping[tuple[int, str], datetime]
    ) -> Iterator[dict[str, object]]:
        for row in self.backup.rows(DATA.tables["expression_records"]):
            agreed_at = given.get((row.subject_key, Purpose.EXPRESSION))
            if agreed_at is None or row.at < agreed_at:
                continue
            key = self.gallery.keys[row.subject_key]
            # Each is opened once: what cannot be opened now never can.
            key.unseal_expression(row.sealed, attempt_id=row.attempt_id, at=row.at)
            yield {name: value for name, value in row._mapping.items() if name != "key"}  # noqa: SLF001 its public name
