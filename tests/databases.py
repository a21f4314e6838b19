"""Real databases for tests: a fresh SQLite file, and a fresh database of a real PostgreSQL.

PostgreSQL is found at MIEN_TEST_POSTGRES, by default on this machine; `make services` starts one
where Docker runs. Without one, tests that need it skip and say so; in CI they fail.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.exc import OperationalError

from mien.bootstrap.clock import utc_now
from mien.storage.database import Database
from mien.storage.engines import parse_url, sqlite_url
from mien.storage.master_keys import KeyFile
from tests.support import skip_without

SQLITE, POSTGRES = "sqlite", "postgresql"
BOTH = (SQLITE, POSTGRES)

_DEFAULT_POSTGRES = "postgresql://postgres@127.0.0.1/postgres"


@contextmanager
def fresh_postgres(template: str | None = None) -> Iterator[URL]:
    """Make a database on the test server, and drop it in the end."""
    server = parse_url(os.environ.get("MIEN_TEST_POSTGRES", _DEFAULT_POSTGRES))
    name = f"mien_test_{secrets.token_hex(6)}"
    engine = create_engine(
        server, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5}
    )
    try:
        with engine.connect() as connection:
            copied = f' TEMPLATE "{template}"' if template else ""
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"{copied}')
    except OperationalError:
        skip_without("PostgreSQL at MIEN_TEST_POSTGRES")
    try:
        yield make_url(server).set(database=name)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
        engine.dispose()


@contextmanager
def fresh_url(kind: str, folder: Path) -> Iterator[URL]:
    """Name a database that is not there yet (SQLite) or empty (PostgreSQL)."""
    if kind == SQLITE:
        yield sqlite_url(folder / "mien.db")
        return
    with fresh_postgres() as url:
        yield url


@contextmanager
def open_database(url: URL, folder: Path) -> Iterator[Database]:
    """Open a database with the master keys of a folder, both made where they are not there."""
    database = Database.open(url, KeyFile(folder / "master.key"), utc_now)
    try:
        yield database
    finally:
        database.close()


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """An upgraded PostgreSQL database to copy, and the folder of its master key."""
    folder = tmp_path_factory.mktemp("postgres")
    with fresh_postgres() as url:
        with open_database(url, folder):
            pass
        assert url.database is not None
        yield url.database, folder


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an upgraded SQLite database and its master key, to copy."""
    folder = tmp_path_factory.mktemp("sqlite")
    with open_database(sqlite_url(folder / "mien.db"), folder):
        pass
    return folder


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An open database, of each kind in turn."""
    if request.param == SQLITE:
        shutil.copytree(request.getfixturevalue("sqlite_template"), tmp_path, dirs_exist_ok=True)
        with open_database(sqlite_url(tmp_path / "mien.db"), tmp_path) as opened:
            yield opened
        return
    name, folder = request.getfixturevalue("postgres_template")
    with fresh_postgres(name) as url, open_database(url, folder) as opened:
        yield opened
