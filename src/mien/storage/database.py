"""Opens a database and hands out units of work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, Self, final

from sqlalchemy import URL, Engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from mien.errors import StorageError
from mien.storage.engines import connect, file_of
from mien.storage.master_keys import KeySource, MasterKeys
from mien.storage.schema import (
    is_empty,
    require_current,
    require_known,
    revision_of,
    upgrade,
)
from mien.storage.signing_keys import SigningKeys
from mien.storage.tables import TemplateRow
from mien.storage.unit_of_work import SqlUnitOfWork
from mien.storage.vault import Vault

_SIZE_OF: Final = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}

Clock = Callable[[], datetime]


@final
class Database:
    """An open database, its schema current and its secrets unlocked."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        """Take the parts; `open` is the usual way."""
        self.engine: Final = engine
        self.vault: Final = vault
        self.master_keys: Final = vault.master_keys
        self.signing_keys: Final = SigningKeys(engine, vault.master_keys)
        self._sessions: Final = sessionmaker(engine, expire_on_commit=False)

    @classmethod
    def open(cls, url: URL, source: KeySource, clock: Clock) -> Self:
        """Open a database, or create it where there is none.

        Raises StorageError, SchemaOutdatedError, KeyMissingError, InsecureError, TamperedError.
        """
        engine = connect(url)
        try:
            with explaining(url):
                vault = _prepare(engine, url, source, clock)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, vault)

    @contextmanager
    def unit_of_work(self, actor: str) -> Iterator[SqlUnitOfWork]:
        """Open a transaction; it is committed at the end, and rolled back on any error."""
        with self._sessions() as session, session.begin():
            yield SqlUnitOfWork(session, self.vault, self.signing_keys, actor)

    def check(self) -> None:
        """Raise StorageError unless the database answers."""
        try:
            with Session(self.engine) as session:
                session.execute(text("SELECT 1"))
        except DBAPIError as error:
            raise StorageError("the database does not answer") from error

    @property
    def kind(self) -> str:
        """The database's kind: sqlite or postgresql."""
        return self.engine.dialect.name

    def size_bytes(self) -> int:
        """Return how much room the data takes; raise StorageError."""
        try:
            with Session(self.engine) as session:
                return int(session.execute(text(_SIZE_OF[self.kind])).scalar_one())
        except DBAPIError as error:
            raise StorageError("the database does not answer") from error

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _prepare(engine: Engine, url: URL, source: KeySource, clock: Clock) -> Vault:
    """Create what is not there, check what is, and unlock it."""
    prepare_file(url)
    if is_empty(engine):
        upgrade(engine, source, clock)
    require_current(engine)
    with engine.begin() as connection:
        return Vault.unlock(connection, MasterKeys(source), clock())


def peek_contract(url: URL) -> str | None:
    """Return what the templates are marked with, without opening any; None where there are none.

    Looking creates no database. Raises StorageError.
    """
    if not is_there(url):
        return None
    engine = connect(url)
    try:
        with explaining(url), Session(engine) as session:
            return session.scalar(select(TemplateRow.contract).limit(1))
    finally:
        engine.dispose()


def is_there(url: URL) -> bool:
    """Tell whether there is a database of mien's, of any schema; raise StorageError.

    Looking creates none.
    """
    path = file_of(url)
    if path is not None and not path.is_file():
        return False
    engine = connect(url)
    try:
        with explaining(url):
            return not is_empty(engine)
    finally:
        engine.dispose()


def upgrade_at(url: URL, source: KeySource, clock: Clock) -> tuple[str | None, str | None]:
    """Bring a database to the newest schema, or make it; return the revision before and after.

    Raises StorageError, SchemaOutdatedError, KeyMissingError, InsecureError.
    """
    engine = connect(url)
    try:
        with explaining(url):
            prepare_file(url)
            before = require_known(engine)
            upgrade(engine, source, clock)
            return before, revision_of(engine)
    finally:
        engine.dispose()


@contextmanager
def explaining(url: URL) -> Iterator[None]:
    """Say of a database that cannot be used which one it is; never with its password."""
    try:
        yield
    except (OSError, DBAPIError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise StorageError(
            f"the database {url.render_as_string(hide_password=True)} cannot be used: {reason}. "
            "Check that it is there, its permissions and free space"
        ) from error


def prepare_file(url: URL) -> None:
    """Make the folder and the file of SQLite, or keep them, for nobody else to read.

    Before SQLite does: the files that it puts beside get the permissions of this one.
    """
    if path := file_of(url):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.chmod(0o600)
