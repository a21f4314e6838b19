"""Databases as older versions left them: 0.1.0 with templates in the open, then the sealed 0002."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, text

from mien.bootstrap.clock import utc_now
from mien.core.audit import Pseudonym
from mien.storage.database import prepare_file
from mien.storage.dialects import begin_alone
from mien.storage.engines import connect
from mien.storage.envelope import new_key
from mien.storage.master_keys import KeyFile, MasterKeys
from mien.storage.schema import UPGRADE_LOCK
from mien.storage.vault import DataKey, about_data_key
from tests.unit.service.conftest import CONTRACT, embedding_of

SUBJECTS: Final = 150
ATTEMPTS: Final = 300
TABLES: Final = ("subjects", "gallery_changes", "api_keys", "templates", "attempts")

SCHEMA: Final = """
CREATE TABLE subjects (
    "key" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    subject_id VARCHAR(128) NOT NULL,
    enrolled_at DATETIME NOT NULL,
    UNIQUE (subject_id)
);
CREATE TABLE gallery_changes (
    sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    subject_key INTEGER NOT NULL
);
CREATE TABLE api_keys (
    digest VARCHAR(64) NOT NULL,
    label VARCHAR(64) NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (digest)
);
CREATE TABLE templates (
    "key" INTEGER NOT NULL,
    subject_key INTEGER NOT NULL,
    contract VARCHAR(32) NOT NULL,
    embedding BLOB NOT NULL,
    quality DOUBLE NOT NULL,
    PRIMARY KEY ("key"),
    FOREIGN KEY(subject_key) REFERENCES subjects ("key") ON DELETE CASCADE
);
CREATE INDEX ix_templates_subject_key ON templates (subject_key);
CREATE TABLE attempts (
    "key" INTEGER NOT NULL,
    subject_key INTEGER,
    kind VARCHAR(16) NOT NULL,
    at DATETIME NOT NULL,
    accepted BOOLEAN NOT NULL,
    reason VARCHAR(32) NOT NULL,
    false_match_rate DOUBLE,
    PRIMARY KEY ("key"),
    FOREIGN KEY(subject_key) REFERENCES subjects ("key") ON DELETE CASCADE
);
CREATE INDEX attempts_of_subject ON attempts (subject_key, "key");
PRAGMA user_version = 1;
PRAGMA journal_mode = WAL;
"""
"""As `Base.metadata.create_all` of 0.1.0 wrote it, with the SQLAlchemy of its lock file."""

_AT: Final = "2026-01-02 03:04:05.000006"


def photos_of(subject: int) -> tuple[str, str]:
    """Return what a subject, counted from 0, is enrolled with."""
    return f"old-{subject}:1", f"old-{subject}:2"


def make_old_database(path: Path) -> None:
    """Write one: each subject has two templates."""
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(SCHEMA)
        for subject in range(SUBJECTS):
            key = subject + 1
            database.execute("INSERT INTO subjects VALUES (?, ?, ?)", (key, f"old-{subject}", _AT))
            database.execute("INSERT INTO gallery_changes (subject_key) VALUES (?)", (key,))
            database.executemany(
                "INSERT INTO templates (subject_key, contract, embedding, quality)"
                " VALUES (?, ?, ?, 0.5)",
                [
                    (key, CONTRACT.digest, embedding_of(photo).astype("<f4").tobytes())
                    for photo in photos_of(subject)
                ],
            )
        database.executemany(
            "INSERT INTO attempts (subject_key, kind, at, accepted, reason, false_match_rate)"
            " VALUES (?, 'authenticate', ?, 1, 'MATCH', 0.0001)",
            [(1 + number % SUBJECTS, _AT) for number in range(ATTEMPTS)],
        )
        database.execute("INSERT INTO api_keys VALUES (?, 'till', ?)", ("ab" * 32, _AT))


def dump(path: Path) -> list[tuple[object, ...]]:
    """Return every row."""
    with closing(sqlite3.connect(path)) as database:
        return [row for table in TABLES for row in database.execute(f"SELECT * FROM {table}")]  # noqa: S608 names of the list above


SEALED_AT: Final = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
SEALED: Final = 20
"""Subjects of such a database, each with two templates."""


def make_sealed_database(url: URL, folder: Path) -> None:
    """Write one of schema 0002, SQLite or PostgreSQL, with the master key in *folder*."""
    source = KeyFile(folder / "master.key")
    source.ensure()
    master_keys = MasterKeys(source)
    prepare_file(url)
    engine = connect(url)
    with engine.begin() as connection:
        begin_alone(connection, UPGRADE_LOCK)
        config = Config()
        config.set_main_option("script_location", "src/mien/storage/migrations")
        config.attributes.update(connection=connection, master_keys=master_keys, clock=utc_now)
        command.upgrade(config, "0002")
        for subject in range(SEALED):
            key = DataKey(Pseudonym(f"{subject:032x}"), new_key())
            sealed = master_keys.seal(key.secret, about_data_key(key.pseudonym))
            values = {
                "key": subject + 1,
                "subject_id": f"old-{subject}",
                "pseudonym": key.pseudonym,
                "at": SEALED_AT.isoformat(sep=" ") if engine.name == "sqlite" else SEALED_AT,
                "sealed": sealed.data,
                "master_key_id": sealed.master_key_id,
            }
            for statement in _A_SUBJECT.split("; "):
                connection.execute(text(statement), values)
            for number, photo in enumerate(photos_of(subject)):
                name, contract = f"{subject * 2 + number:032x}", CONTRACT.digest
                embedding = embedding_of(photo).astype("<f4").tobytes()
                values = {
                    "subject": subject + 1,
                    "template_id": name,
                    "contract": contract,
                    "sealed": key.seal(embedding, contract=contract, template_id=name),
                }
                connection.execute(text(_A_TEMPLATE), values)
        connection.execute(text(_A_KEY), {"digest": "ab" * 32, "at": SEALED_AT})
    engine.dispose()


_A_SUBJECT: Final = (
    "INSERT INTO subjects (key, subject_id, pseudonym, enrolled_at) "
    "VALUES (:key, :subject_id, :pseudonym, :at); "
    "INSERT INTO subject_keys (subject_key, sealed, master_key_id) "
    "VALUES (:key, :sealed, :master_key_id); "
    "INSERT INTO gallery_changes (subject_key) VALUES (:key)"
)
_A_TEMPLATE: Final = (
    "INSERT INTO templates (template_id, subject_key, contract, sealed, quality)"
    " VALUES (:template_id, :subject, :contract, :sealed, 0.5)"
)
_A_KEY: Final = (
    "INSERT INTO api_keys (digest, key_id, label, scopes, audience, created_at)"
    " VALUES (:digest, 'abababab', 'till', 'verify', 'till', :at)"
)
