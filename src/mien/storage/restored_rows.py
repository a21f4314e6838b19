"""Writes the rows of a backup into a database, as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final

from sqlalchemy import Column, Connection, Row, delete, func, insert, select, text

from mien.storage.tables import Base

ROWS_PER_INSERT: Final = 1000


def clear(connection: Connection) -> None:
    """Empty every table of a schema that was just made."""
    for table in reversed(Base.metadata.sorted_tables):
        connection.execute(delete(table))


def fill(connection: Connection, table: str, rows: Iterable[Row[*tuple[Any, ...]]]) -> None:
    """Insert rows of the same columns into a table."""
    insert_all(connection, table, (dict(row._mapping) for row in rows))  # noqa: SLF001 its public name


def insert_all(connection: Connection, table: str, rows: Iterable[Mapping[str, object]]) -> None:
    """Insert rows, some at a time."""
    remaining = iter(rows)
    while some := [dict(row) for row in islice(remaining, ROWS_PER_INSERT)]:
        connection.execute(insert(Base.metadata.tables[table]), some)


def move_sequences_on(connection: Connection, gap: int) -> None:
    """Let the database hand out no number again that the backup knows of.

    gap: how many numbers of gallery changes may have been handed out since.
    """
    tables = Base.metadata.tables
    changes, operators = tables["gallery_changes"].columns, tables["operators"].columns
    # Every enrollment left a change, so the highest subject there ever was is among them.
    _move_on(
        connection, tables["subjects"].columns["key"], _highest(connection, changes["subject_key"])
    )
    _move_on(connection, changes["sequence"], _highest(connection, changes["sequence"]) + gap)
    _move_on(connection, operators["key"], _highest(connection, operators["key"]))


def _highest(connection: Connection, column: Column[int]) -> int:
    return connection.execute(select(func.max(column))).scalar_one() or 0


def _move_on(connection: Connection, column: Column[int], number: int) -> None:
    if not number:
        return
    values = {"table": column.table.name, "column": column.name, "number": number}
    if connection.dialect.name == "postgresql":
        moved = "SELECT setval(pg_get_serial_sequence(:table, :column), :number)"
        connection.execute(text(moved), values)
        return
    connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), values)
    connection.execute(
        text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :number)"), values
    )
