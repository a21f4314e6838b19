"""Which schema a database has, and the way to the newest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from mien.errors import SchemaOutdatedError, StorageError
from mien.storage.dialects import begin_alone
from mien.storage.master_keys import KeySource, MasterKeys

_SCRIPTS: Final = Path(__file__).parent / "migrations"
_FIRST: Final = "0001"
"""The schema of 0.1.0, which knew SQLite only and no Alembic."""

UPGRADE_LOCK: Final = 0x6D69656F
"""Held by whoever makes or changes the tables."""


def is_empty(engine: Engine) -> bool:
    """Tell whether there is no table of mien's."""
    return not inspect(engine).has_table("subjects")


def newest_revision() -> str:
    """Return the revision that this version of mien works with."""
    head = ScriptDirectory(str(_SCRIPTS)).get_current_head()
    if head is None:
        raise LookupError(f"there are no migrations in {_SCRIPTS}")
    return head


def revision_of(engine: Engine) -> str | None:
    """Return the revision of a database, None for an empty one."""
    with engine.connect() as connection:
        return _revision(connection)


def require_current(engine: Engine) -> None:
    """Raise SchemaOutdatedError unless the schema is that of this version of mien."""
    found, newest = require_known(engine), newest_revision()
    if found != newest:
        raise SchemaOutdatedError(
            f"the database has schema {found}, this version of mien works with {newest}: "
            "copy it, then run  mien db upgrade"
        )


def require_known(engine: Engine) -> str | None:
    """Return the revision of a database, or None; raise SchemaOutdatedError for a newer one."""
    found = revision_of(engine)
    known = {script.revision for script in ScriptDirectory(str(_SCRIPTS)).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaOutdatedError(
            f"the database has schema {found}, which this version of mien does not know: use the "
            "version that wrote it, or a newer one"
        )
    return found


def upgrade(engine: Engine, source: KeySource, clock: Callable[[], datetime]) -> None:
    """Bring a database to the newest schema, in one transaction: a crash leaves the old one.

    Where the templates stood in the open, or nothing stood at all, a master key is made if there
    is none. Raises StorageError when what stood in the open could not be wiped.
    """
    with engine.begin() as connection:
        begin_alone(connection, UPGRADE_LOCK)
        if _revision(connection) in {None, _FIRST}:
            source.ensure()
        migrate(connection, MasterKeys(source), clock)
    if engine.dialect.name == "sqlite":
        _drop_remains(engine)


def migrate(connection: Connection, master_keys: MasterKeys, clock: Callable[[], datetime]) -> None:
    """Bring a database to the newest schema; whoever opened the connection commits."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes.update(connection=connection, master_keys=master_keys, clock=clock)
    marked = MigrationContext.configure(connection).get_current_revision()
    if marked is None and _revision(connection) == _FIRST:
        command.stamp(config, _FIRST)
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    marked = MigrationContext.configure(connection).get_current_revision()
    return marked or (_FIRST if inspect(connection).has_table("subjects") else None)


def _drop_remains(engine: Engine) -> None:
    """Rewrite the file, so that no page keeps what an older schema stored in the open."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM")
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    if busy:
        raise StorageError(
            "the database is upgraded, but another program has it open, so that its -wal file "
            "still holds what stood in the old one: stop mien's servers and run  mien db upgrade  "
            "again"
        )
