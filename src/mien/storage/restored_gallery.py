"""Turns the subjects and templates of a database to those of a backup."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Row, delete, select

from mien.core.audit import Pseudonym
from mien.core.transform import GalleryTransform
from mien.errors import KeyMissingError, TamperedError
from mien.storage.backup_file import BackupFile
from mien.storage.backup_tables import DATA, SUBJECTS, open_person
from mien.storage.dialects import upsert
from mien.storage.master_keys import MasterKeys, Sealed
from mien.storage.progress import Progress
from mien.storage.restored_rows import ROWS_PER_INSERT, insert_all
from mien.storage.tables import Base, SubjectKeyRow, SubjectRow, TemplateRow
from mien.storage.vault import (
    TRANSFORM,
    DataKey,
    about_data_key,
    about_secret,
    put_secret,
    read_secret,
)

_Item = TypeVar("_Item")

_KEYS_PER_QUERY: Final = 500
"""Below SQLite's limit on bound parameters."""


@dataclass(frozen=True, slots=True)
class RestoredGallery:
    """What is in the gallery now, and what is not.

    subjects: their numbers. erased: how many of the backup have no key any more. gone: the numbers
    of those that were there and are not in the backup. rotated_by: the id of the secret rotation
    of the templates, if they are rotated. keys: of the subjects, open; groups: as the backup has
    them.
    """

    subjects: frozenset[int]
    templates: int
    erased: int
    gone: frozenset[int]
    rotated_by: str | None
    keys: Mapping[int, DataKey]
    groups: Mapping[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class GalleryRestoring:
    """A backup and what opens it. sealed: the subjects' keys that are still there.

    disowned: attempts that a person has said were not theirs; what was learned from them stays out.
    """

    connection: Connection
    backup: BackupFile
    master_keys: MasterKeys
    sealed: Mapping[str, Sealed]
    disowned: frozenset[str]
    progress: Progress

    def run(self) -> RestoredGallery:
        """Replace subjects and templates; raise TamperedError for a single one that is amiss."""
        open_keys: dict[int, DataKey] = {}
        groups: dict[int, Mapping[str, str]] = {}
        rows = list(self._opened_subjects(open_keys, groups))
        there = set(self.connection.scalars(select(SubjectRow.key)))
        gone = there - open_keys.keys()
        for some in _some(sorted(gone), _KEYS_PER_QUERY):
            self.connection.execute(delete(SubjectRow).where(SubjectRow.key.in_(some)))
        self._put(rows)
        self.connection.execute(delete(TemplateRow))
        contracts: set[str] = set()
        count = self._put_templates(open_keys, contracts)
        return RestoredGallery(
            subjects=frozenset(open_keys),
            templates=count,
            erased=self.backup.size(SUBJECTS) - len(open_keys),
            gone=frozenset(gone),
            rotated_by=_rotation_of(contracts),
            keys=open_keys,
            groups=groups,
        )

    def _opened_subjects(
        self, open_keys: dict[int, DataKey], groups: dict[int, Mapping[str, str]]
    ) -> Iterator[dict[str, object]]:
        for row in self.backup.rows(SUBJECTS):
            sealed = self.sealed.get(row.pseudonym)
            if sealed is None:
                continue
            pseudonym = Pseudonym(row.pseudonym)
            secret = self.master_keys.unseal(sealed, about_data_key(pseudonym))
            open_keys[row.key] = key = DataKey(pseudonym, secret)
            person = open_person(key, row.sealed)
            groups[row.key] = person.groups
            yield {"key": row.key, "pseudonym": pseudonym, **person.columns}

    def _put(self, rows: list[dict[str, object]]) -> None:
        add = upsert(self.connection, SubjectRow)
        columns = Base.metadata.tables["subjects"].columns
        changed = {column.name: add.excluded[column.name] for column in columns}
        add = add.on_conflict_do_update(index_elements=[SubjectRow.key], set_=changed)
        add_key = upsert(self.connection, SubjectKeyRow).on_conflict_do_nothing()
        for some in _some(rows, ROWS_PER_INSERT):
            self.connection.execute(add, some)
            self.connection.execute(add_key, [self._key_row(row) for row in some])

    def _key_row(self, row: Mapping[str, object]) -> dict[str, object]:
        sealed = self.sealed[str(row["pseudonym"])]
        return {
            "subject_key": row["key"],
            "sealed": sealed.data,
            "master_key_id": sealed.master_key_id,
        }

    def _put_templates(self, open_keys: Mapping[int, DataKey], contracts: set[str]) -> int:
        table, count = DATA.tables["templates"], 0
        total = self.backup.size(table)

        def opened() -> Iterator[dict[str, object]]:
            nonlocal count
            for place, row in enumerate(self.backup.rows(table), start=1):
                if place % ROWS_PER_INSERT == 0 or place == total:
                    self.progress("restoring templates", place, total)
                key = open_keys.get(row.subject_key)
                if key is None or self._is_disowned(row):
                    continue
                # Each is opened once: what cannot be opened now never can.
                key.unseal(
                    row.sealed,
                    contract=row.contract,
                    template_id=row.template_id,
                    origin=row.origin,
                )
                contracts.add(row.contract)
                count += 1
                # Its number is the database's own; all else is as it was.
                yield {name: value for name, value in row._mapping.items() if name != "key"}  # noqa: SLF001 its public name

        insert_all(self.connection, "templates", opened())
        return count

    def _is_disowned(self, row: Row[*tuple[Any, ...]]) -> bool:
        return not self.disowned.isdisjoint({row.attempt_id, row.confirmed_by})


def restore_rotation(
    connection: Connection,
    master_keys: MasterKeys,
    backup: BackupFile,
    wanted: str | None,
    now: datetime,
) -> bool:
    """Put the secret that the restored templates are rotated by in its place, if it is not there.

    Returns whether it was changed. Raises KeyMissingError when it is nowhere.
    """
    kept = {row.name: row for row in backup.rows(DATA.tables["secrets"])}.get(TRANSFORM)
    if wanted is None:
        return False
    present = read_secret(connection, master_keys, TRANSFORM)
    if present is not None and _id_of(present) == wanted:
        return False
    if kept is not None:
        sealed = Sealed(kept.sealed, kept.master_key_id)
        secret = master_keys.unseal(sealed, about_secret(TRANSFORM))
        if _id_of(secret) == wanted:
            put_secret(connection, master_keys, TRANSFORM, secret, now)
            return True
    raise KeyMissingError(
        "the secret that the backup's templates are rotated by is neither in it nor with the "
        "keys: use another backup"
    )


def _id_of(secret: bytes) -> str:
    return GalleryTransform(secret, ()).id


def _rotation_of(contracts: set[str]) -> str | None:
    found = {contract.partition("+")[2] for contract in contracts}
    if len(found) > 1:
        raise TamperedError("the backup's templates are rotated by different secrets")
    return found.pop() or None if found else None


def _some(items: list[_Item], size: int) -> Iterator[list[_Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
