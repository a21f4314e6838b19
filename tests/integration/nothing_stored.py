"""What tests of expressions share: how much there is in a database and on a disk."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def row_counts(data: Path) -> dict[str, int]:
    """Return how many rows each table of a data folder's database has."""
    (database,) = data.glob("*.db")
    with sqlite3.connect(database) as connection:
        tables = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        return {
            # The names come from the database itself.
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for name in tables
        }


def uploads(data: Path) -> list[Path]:
    """Return every uploaded file that is there now."""
    return [path for path in (data / "uploads").glob("*/*") if path.is_file()]
