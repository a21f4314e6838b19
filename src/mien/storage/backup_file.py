"""One file of a backup: written beside its place, signed, read only as it was signed."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final, Self, final
from urllib.parse import quote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from sqlalchemy import Connection, Engine, MetaData, Row, Table, create_engine, func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from mien._version import __version__
from mien.core.signing import SigningKey
from mien.errors import SchemaOutdatedError, StorageError, TamperedError
from mien.storage.backup_tables import MANIFESTS, canonical, contents
from mien.storage.envelope import context
from mien.storage.progress import Progress
from mien.storage.schema import newest_revision
from mien.storage.signing_keys import SigningKeys

DRAFT_SUFFIX: Final = ".part"

_FORMAT: Final = 1
_ROWS_PER_STEP: Final = 1000
_STREAMED: Final = {"yield_per": _ROWS_PER_STEP}


@dataclass(frozen=True, slots=True)
class Part:
    """How many rows a table has, and the SHA-256 of them all, in hex."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is of. mien: the version that wrote it. made_at: what it shows is of then."""

    revision: str
    mien: str
    made_at: datetime
    parts: Mapping[str, Part]

    def to_text(self) -> str:
        """Return it as JSON, in which it is signed."""
        parts = {name: asdict(part) for name, part in self.parts.items()}
        return json.dumps(
            {
                "format": _FORMAT,
                "revision": self.revision,
                "mien": self.mien,
                "made_at": self.made_at.isoformat(),
                "parts": parts,
            }
        )

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read it; raise ValueError or a kin of it."""
        values: dict[str, Any] = json.loads(text)
        if values["format"] != _FORMAT:
            raise ValueError(f"format {values['format']}")
        return cls(
            revision=values["revision"],
            mien=values["mien"],
            made_at=datetime.fromisoformat(values["made_at"]),
            parts={name: Part(**part) for name, part in values["parts"].items()},
        )


@final
class BackupWriter:
    """Fills a new file and signs it at the end."""

    def __init__(self, connection: Connection, metadata: MetaData, progress: Progress) -> None:
        """Create the tables."""
        self._connection = connection
        self._metadata = metadata
        self._progress = progress
        self._parts: dict[str, Part] = {}
        metadata.create_all(connection)

    def write(self, table: Table, rows: Iterable[Sequence[object]], total: int) -> None:
        """Write the rows of a table, in the order of its columns."""
        digest, count, names = hashlib.sha256(), 0, table.columns.keys()
        remaining = iter(rows)
        while some := list(islice(remaining, _ROWS_PER_STEP)):
            for row in some:
                digest.update(canonical(row))
            self._connection.execute(
                insert(table), [dict(zip(names, row, strict=True)) for row in some]
            )
            count += len(some)
            self._progress(f"writing {table.name}", count, max(total, count))
        self._parts[table.name] = Part(count, digest.hexdigest())

    def finish(self, made_at: datetime, key: SigningKey) -> Manifest:
        """Say what is in the file, signed."""
        manifest = Manifest(newest_revision(), __version__, made_at, self._parts)
        text = manifest.to_text()
        private = Ed25519PrivateKey.from_private_bytes(key.private)
        self._connection.execute(
            insert(MANIFESTS[self._metadata]).values(
                text=text, kid=key.kid, signature=private.sign(_message(text))
            )
        )
        return manifest


@final
class BackupFile:
    """A file that is there; every row is checked against the manifest as it is read."""

    def __init__(self, engine: Engine, metadata: MetaData, seal: Row[str, str, bytes]) -> None:
        """Take the open file and its manifest's row; `opened` is the usual way."""
        self.engine: Final = engine
        self._metadata: Final = metadata
        self._text, self._kid, self._signature = seal
        self.manifest: Final = Manifest.from_text(self._text)

    @classmethod
    @contextmanager
    def opened(cls, path: Path, metadata: MetaData) -> Iterator[Self]:
        """Open a file, which is never written to; raise StorageError or SchemaOutdatedError."""
        if not path.is_file():
            raise StorageError(f"there is no backup {path}")
        engine = _engine(path, "mode=ro&immutable=1")
        try:
            try:
                with engine.connect() as connection:
                    row = connection.execute(select(MANIFESTS[metadata])).one()
                    missing = [
                        table.name
                        for table in contents(metadata)
                        if not engine.dialect.has_table(connection, table.name)
                    ]
                file = cls(engine, metadata, row)
            except (DBAPIError, LookupError, TypeError, ValueError) as error:
                raise StorageError(f"{path} is no backup that this mien can read") from error
            _require_revision(path, file.manifest)
            if missing or {table.name for table in contents(metadata)} != {*file.manifest.parts}:
                raise StorageError(f"{path} is no such backup: is it the file of the keys, or not?")
            yield file
        finally:
            engine.dispose()

    def rows(self, table: Table) -> Iterator[Row[*tuple[Any, ...]]]:
        """Yield every row of a table; raise TamperedError at the end unless they are as signed."""
        changed = TamperedError(
            f"the backup's table {table.name} is not as mien wrote it: use another backup"
        )
        digest, count = hashlib.sha256(), 0
        ordered = select(table).order_by(*table.primary_key)
        try:
            with self.engine.connect() as connection:
                for row in connection.execute(ordered, execution_options=_STREAMED):
                    digest.update(canonical(row))
                    count += 1
                    yield row
        except (DBAPIError, TypeError, ValueError) as error:
            raise changed from error
        if Part(count, digest.hexdigest()) != self.manifest.parts[table.name]:
            raise changed

    def size(self, table: Table) -> int:
        """Return how many rows a table has."""
        return self.manifest.parts[table.name].rows

    def verify(self, keys: SigningKeys, progress: Progress) -> None:
        """Check the file from end to end, before anything of it is used; raise TamperedError.

        keys: those of the database that the backup must be of.
        """
        # 1. The manifest is signed with a key of this database.
        self._require_signature(keys)
        # 2. The file is whole.
        try:
            with self.engine.connect() as connection:
                found = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
        except DBAPIError as error:
            raise TamperedError("the backup is damaged: use another one") from error
        if found != "ok":
            raise TamperedError(f"the backup is damaged ({found}): use another one")
        # 3. Every table holds what the manifest says.
        for table in contents(self._metadata):
            total = self.size(table)
            for count, _ in enumerate(self.rows(table), start=1):
                if count % _ROWS_PER_STEP == 0 or count == total:
                    progress(f"verifying {table.name}", count, total)

    def _require_signature(self, keys: SigningKeys) -> None:
        public = {key.kid: key.public for key in keys.public_keys()}.get(self._kid)
        if public is None:
            raise TamperedError(
                "the backup is signed with a key that is not of this database: it is of another "
                "one, or was forged"
            )
        try:
            key = Ed25519PublicKey.from_public_bytes(public)
            key.verify(self._signature, _message(self._text))
        except (InvalidSignature, ValueError) as error:
            raise TamperedError("the backup was changed after mien wrote it") from error


@contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """Hand out a name to write to; at the end move it to *path*, or remove it after an error."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}{DRAFT_SUFFIX}")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield draft
        _sync(draft)
        draft.replace(path)
        if os.name == "posix":
            _sync(path.parent)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def writing(path: Path) -> Iterator[Connection]:
    """Open an empty file to be filled in one go; whoever made it removes it after an error."""
    engine = _engine(path, "mode=rw")
    try:
        with engine.begin() as connection:
            # It is moved into place when it is whole; until then nobody needs it.
            connection.exec_driver_sql("PRAGMA journal_mode = OFF")
            connection.exec_driver_sql("PRAGMA synchronous = OFF")
            yield connection
    finally:
        engine.dispose()


def count_rows(connection: Connection, table: Table) -> int:
    """Return how many rows a table has."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _engine(path: Path, options: str) -> Engine:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(f"file:{quote(str(path))}?{options}", uri=True)
        # A file from elsewhere runs nothing of its own.
        connection.execute("PRAGMA trusted_schema = OFF").close()
        return connection

    return create_engine("sqlite://", creator=connect, poolclass=NullPool)


def _require_revision(path: Path, manifest: Manifest) -> None:
    newest = newest_revision()
    if manifest.revision != newest:
        raise SchemaOutdatedError(
            f"{path} has schema {manifest.revision}, this version of mien works with {newest}: "
            f"restore it with mien {manifest.mien}, then run  mien db upgrade  with this one"
        )


def _message(text: str) -> bytes:
    return context("backup") + text.encode()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
