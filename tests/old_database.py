"""A database as mien 0.1.0 left it: SQLite, no Alembic, templates in the open."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from tests.unit.service.conftest import CONTRACT, embedding_of

SUBJECTS: Final = 150
ATTEMPTS: Final = 300
TABLES: Final = ("subjects", "gallery_changes", "api_keys", "templates", "attempts")

_SCHEMA: Final = """
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
    quality FLOAT NOT NULL,
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
    false_match_rate FLOAT,
    PRIMARY KEY ("key"),
    FOREIGN KEY(subject_key) REFERENCES subjects ("key") ON DELETE CASCADE
);
CREATE INDEX attempts_of_subject ON attempts (subject_key, "key");
PRAGMA user_version = 1;
PRAGMA journal_mode = WAL;
"""
_AT: Final = "2026-01-02 03:04:05.000006"


def photos_of(subject: int) -> tuple[str, str]:
    """Return what a subject, counted from 0, is enrolled with."""
    return f"old-{subject}:1", f"old-{subject}:2"


def make_old_database(path: Path) -> None:
    """Write one: each subject has two templates."""
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(_SCHEMA)
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
