"""Connections: what SQLite and PostgreSQL are told before anything else."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from mien.errors import InvalidRequestError, StorageError

_WAIT_FOR_WRITER_S: Final = 30
_CONNECT_TIMEOUT_S: Final = 10
_POOL_SIZE: Final = 20

PROGRAM_NAME: Final = "mien"
"""What PostgreSQL lists our connections under."""

_PRAGMAS: Final = (
    # Readers never wait for the writer.
    "PRAGMA journal_mode = WAL",
    # An acknowledged enrollment survives a power cut.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # What is erased is overwritten, not only unlinked.
    "PRAGMA secure_delete = ON",
)


def sqlite_url(path: Path) -> URL:
    """Return the URL of a file."""
    return URL.create("sqlite", database=str(path))


def parse_url(text: str) -> URL:
    """Read MIEN_DATABASE_URL; raise InvalidRequestError, without the password in it."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise InvalidRequestError(
            "MIEN_DATABASE_URL is no URL: postgresql://user:password@host/database"
        ) from error
    if url.get_backend_name() not in {"postgresql", "sqlite"}:
        raise InvalidRequestError(
            f"MIEN_DATABASE_URL names {url.get_backend_name()}: mien keeps its data in "
            "postgresql://user:password@host/database or in a file of its own"
        )
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def connect(url: URL) -> Engine:
    """Return an engine; the first connection is made later. Raises StorageError."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            # Writers queue where they begin: one that read first could not wait for another.
            connect_args={"timeout": _WAIT_FOR_WRITER_S, "isolation_level": "IMMEDIATE"},
        )
        event.listen(engine, "connect", _configure)
        return engine
    try:
        return create_engine(
            url,
            pool_size=_POOL_SIZE,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": _CONNECT_TIMEOUT_S,
                "application_name": PROGRAM_NAME,
            },
        )
    except ModuleNotFoundError as error:
        raise StorageError(
            "PostgreSQL needs the package psycopg: pip install 'mien[postgres]'"
        ) from error


def file_of(url: URL) -> Path | None:
    """Return the file of an SQLite database, None for a server."""
    if url.get_backend_name() != "sqlite" or url.database is None:
        return None
    return Path(url.database)


def _configure(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()
