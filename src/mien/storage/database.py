"""Opens the database and hands out units of work."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self, final

from sqlalchemy import URL, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from mien.errors import StorageError
from mien.storage.repositories import SqlUnitOfWork
from mien.storage.tables import SCHEMA_VERSION, Base

_FILE_NAME: Final = "mien.db"
_WAIT_FOR_WRITER_S: Final = 30

_PRAGMAS: Final = (
    # Readers never wait for the writer.
    "PRAGMA journal_mode = WAL",
    # An acknowledged enrollment survives a power cut.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # What is erased is overwritten, not only unlinked.
    "PRAGMA secure_delete = ON",
)


@final
class Database:
    """An SQLite file in the data folder."""

    def __init__(self, engine: Engine) -> None:
        """Take an engine whose schema is in place; `open_in` is the usual way."""
        self._engine = engine
        self._sessions: Final = sessionmaker(engine, expire_on_commit=False)

    @classmethod
    def open_in(cls, data_dir: Path) -> Self:
        """Open or create the database of a data folder; raise StorageError."""
        path = data_dir / _FILE_NAME
        try:
            data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            url = URL.create("sqlite", database=str(path))
            engine = create_engine(url, connect_args={"timeout": _WAIT_FOR_WRITER_S})
            event.listen(engine, "connect", _configure)
            _prepare_schema(engine, path)
            path.chmod(0o600)
        except (OSError, DatabaseError) as error:
            raise StorageError(
                f"the database {path} cannot be used: {error.__cause__ or error}. "
                "Check the folder's permissions and free space, or name another with --data-dir"
            ) from error
        return cls(engine)

    @staticmethod
    def is_in(data_dir: Path) -> bool:
        """Tell whether a data folder has a database; looking creates none."""
        return (data_dir / _FILE_NAME).is_file()

    @contextmanager
    def unit_of_work(self) -> Iterator[SqlUnitOfWork]:
        """Open a transaction; it is committed at the end, and rolled back on any error."""
        with self._sessions() as session, session.begin():
            yield SqlUnitOfWork(session)

    def check(self) -> None:
        """Raise StorageError unless the database answers."""
        try:
            with Session(self._engine) as session:
                session.execute(text("SELECT 1"))
        except DatabaseError as error:
            raise StorageError("the database does not answer") from error

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _configure(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()


def _prepare_schema(engine: Engine, path: Path) -> None:
    with engine.begin() as connection:
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version not in (0, SCHEMA_VERSION):
            raise StorageError(
                f"{path} has schema version {version}, this version of mien knows "
                f"{SCHEMA_VERSION}: use the version that wrote it"
            )
        Base.metadata.create_all(connection)
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
