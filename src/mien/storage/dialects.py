"""The little in which SQLite and PostgreSQL differ."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Delete,
    Engine,
    Update,
    cast,
    collate,
    extract,
    func,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import QueryableAttribute, Session

from mien.storage.tables import Base

_CHANGES_LOCK: Final = 0x6D69656E  # "mien"


def upsert(database: Session | Connection, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """Return an insert that knows ON CONFLICT."""
    bind = database.get_bind() if isinstance(database, Session) else database
    return upsert_in(bind.dialect.name, table)


def upsert_in(dialect: str, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """Return such an insert for a dialect, to be kept and used again."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def affected(session: Session, change: Update | Delete) -> int:
    """Make a change and return how many rows it touched."""
    return session.connection().execute(change).rowcount


def epoch_seconds(session: Session, time: QueryableAttribute[datetime]) -> ColumnElement[int]:
    """Return the whole seconds from 1970 on of a time in UTC."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.floor(extract("epoch", time)), BigInteger)
    # Of its text up to the seconds: SQLite rounds, and the last moment of a day would be the next.
    return extract("epoch", func.substr(time, 1, len("2026-11-21 00:00:00")))


def contains(session: Session, column: QueryableAttribute[str], text: str) -> ColumnElement[bool]:
    """Tell whether a text is a part of a column's, its letters of ASCII small or capital.

    SQLite's LIKE is so by itself. PostgreSQL's ILIKE knows all letters, and takes three times as
    long as LIKE in the collation "C".
    """
    if session.get_bind().dialect.name != "postgresql":
        return column.contains(text, autoescape=True)
    small = "".join(letter.lower() if letter.isascii() else letter for letter in text)
    return func.lower(collate(column, "C")).contains(small, autoescape=True)


def serialize_changes(session: Session) -> None:
    """Let no other transaction write a gallery change until this one ends.

    A sequence hands out its numbers in another order than that in which transactions end, and a
    follower that has seen 11 would never look for 10. SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _CHANGES_LOCK})


def try_serialize_changes(session: Session) -> bool:
    """Do the same, or tell at once that another transaction does.

    Whoever holds rows already, as an authentication does, must not wait here: an erasure that holds
    this lock may be waiting for those rows.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    tried = text("SELECT pg_try_advisory_xact_lock(:lock)")
    return bool(session.execute(tried, {"lock": _CHANGES_LOCK}).scalar_one())


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Open a connection that sees the database as it is now, whatever others write meanwhile."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            yield connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        else:
            connection.exec_driver_sql("BEGIN DEFERRED")  # the first SELECT takes the snapshot
            yield connection


def begin_alone(connection: Connection, lock: int) -> None:
    """Begin a transaction beside which no other that begins so runs; DDL is taken back with it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def alone(engine: Engine) -> Iterator[Session]:
    """Open a transaction beside which nobody enrolls or erases; commit it at the end."""
    with Session(engine) as session, session.begin():
        begin_alone(session.connection(), _CHANGES_LOCK)
        yield session
