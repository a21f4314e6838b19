from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from mien.core.caller import Role
from mien.core.operator import Operator, OperatorName, RefreshToken, StoredPassword, digest_of
from mien.storage.engines import connect, sqlite_url
from mien.storage.operators import SqlOperatorRepository, SqlRefreshTokenRepository
from mien.storage.tables import Base
from tests.support import skip_without

_POSTGRES = make_url("postgresql+psycopg://postgres@127.0.0.1/test?connect_timeout=2")
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
ADA = Operator(OperatorName("ada"), Role.ADMIN, NOW)
BOB = Operator(OperatorName("bob"), Role.AUDITOR, NOW)
TOKEN = RefreshToken(digest_of("t1"), "family", ADA.name, NOW, NOW + timedelta(hours=1))


@dataclass
class Work:
    """Both repositories in a transaction."""

    session: Session

    def __post_init__(self) -> None:
        self.operators = SqlOperatorRepository(self.session)
        self.tokens = SqlRefreshTokenRepository(self.session)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of each kind, with ada and bob in it."""
    opened = _postgresql() if request.param == "postgresql" else _sqlite(tmp_path)
    for ready in opened:
        Base.metadata.create_all(ready)
        with Session(ready) as session, session.begin():
            Work(session).operators.add(ADA, "hash of ada")
            Work(session).operators.add(BOB, "hash of bob")
        yield ready


def _sqlite(folder: Path) -> Iterator[Engine]:
    """A file, not memory: threads need connections of their own."""
    engine = connect(sqlite_url(folder / "test.db"))
    yield engine
    engine.dispose()


def _postgresql() -> Iterator[Engine]:
    """A schema of its own, dropped at the end."""
    admin = create_engine(_POSTGRES, isolation_level="AUTOCOMMIT")
    schema = f"operators_{uuid.uuid4().hex}"
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
    except OperationalError:
        skip_without("PostgreSQL at 127.0.0.1")
    engine = create_engine(_POSTGRES.update_query_dict({"options": f"-c search_path={schema}"}))
    try:
        yield engine
    finally:
        engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        admin.dispose()


@pytest.fixture
def work(engine: Engine) -> Iterator[Work]:
    with Session(engine) as session, session.begin():
        yield Work(session)


def test_operators_are_listed_by_name(work: Work) -> None:
    work.operators.add(replace(ADA, name=OperatorName("aaron")), "hash")
    assert [operator.name for operator in work.operators.list()] == ["aaron", "ada", "bob"]


def test_a_name_is_taken_once(work: Work) -> None:
    assert not work.operators.add(replace(ADA, role=Role.OPERATOR), "another hash")
    assert work.operators.find(ADA.name) == StoredPassword(ADA, "hash of ada")


def test_nobody_is_found_under_an_unknown_name(work: Work) -> None:
    assert work.operators.find(OperatorName("eve")) is None


def test_role_password_and_state_change_of_one_operator_only(work: Work) -> None:
    work.operators.set_role(ADA.name, Role.AUDITOR)
    work.operators.set_password(ADA.name, "new hash")
    work.operators.set_disabled(ADA.name, NOW)
    changed = replace(ADA, role=Role.AUDITOR, disabled_at=NOW)
    assert work.operators.find(ADA.name) == StoredPassword(changed, "new hash")
    assert work.operators.find(BOB.name) == StoredPassword(BOB, "hash of bob")
    work.operators.set_disabled(ADA.name, None)
    assert work.operators.list()[0].is_enabled


def test_a_password_is_confirmed_while_nothing_changed(work: Work) -> None:
    known = StoredPassword(ADA, "hash of ada")
    assert work.operators.confirm(known, "hash of ada")
    assert work.operators.confirm(known, "the same, made anew")
    assert not work.operators.confirm(known, "hash of ada")


@pytest.mark.parametrize("change", ["role", "password", "disabled"])
def test_a_password_is_not_confirmed_after_a_change(work: Work, change: str) -> None:
    match change:
        case "role":
            work.operators.set_role(ADA.name, Role.AUDITOR)
        case "password":
            work.operators.set_password(ADA.name, "new hash")
        case _:
            work.operators.set_disabled(ADA.name, NOW)
    assert not work.operators.confirm(StoredPassword(ADA, "hash of ada"), "hash of ada")


def test_a_token_is_taken_once(work: Work) -> None:
    work.tokens.add(TOKEN)
    later = NOW + timedelta(minutes=1)
    used = replace(TOKEN, used_at=later)
    assert work.tokens.find(TOKEN.digest) == TOKEN
    assert work.tokens.take(TOKEN.digest, later) == used
    assert work.tokens.take(TOKEN.digest, later) is None
    assert work.tokens.find(TOKEN.digest) == used


def test_an_expired_or_unknown_token_is_not_taken(work: Work) -> None:
    work.tokens.add(TOKEN)
    assert work.tokens.take(TOKEN.digest, TOKEN.expires_at) is None
    assert work.tokens.find(TOKEN.digest) == TOKEN
    assert work.tokens.take(digest_of("other"), NOW) is None


def test_a_family_or_all_of_an_operator_or_what_expired_is_forgotten(work: Work) -> None:
    mine = [replace(TOKEN, digest=digest_of(f"mine{i}"), family="mine") for i in range(3)]
    others = replace(TOKEN, digest=digest_of("bob"), family="bob", operator=BOB.name)
    old = replace(others, digest=digest_of("old"), expires_at=NOW - timedelta(seconds=1))
    for token in (TOKEN, *mine, others, old):
        work.tokens.add(token)
    work.tokens.end_family("mine")
    assert [work.tokens.find(token.digest) for token in mine] == [None] * 3
    work.tokens.end_all(ADA.name)
    assert work.tokens.find(TOKEN.digest) is None
    assert work.tokens.forget(expired_before=NOW) == 1
    assert work.tokens.find(old.digest) is None
    assert work.tokens.find(others.digest) == others


def test_of_many_who_take_a_token_at_a_time_one_succeeds(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        Work(session).tokens.add(TOKEN)
    users = 8
    start = Barrier(users)

    def take(_: int) -> bool:
        start.wait()
        with Session(engine) as session, session.begin():
            tokens = SqlRefreshTokenRepository(session)
            taken = tokens.take(TOKEN.digest, NOW)
            known = tokens.find(TOKEN.digest)
            # The losers see at once that it was used.
            assert known is not None
            assert known.used_at == NOW
            return taken is not None

    with ThreadPoolExecutor(users) as pool:
        assert sum(pool.map(take, range(users))) == 1


def test_a_family_ends_with_the_token_that_is_being_issued(engine: Engine) -> None:
    """A thief exchanges the newest token while the family ends: the new one ends with it."""
    first, second, third = (replace(TOKEN, digest=digest_of(name)) for name in ("1", "2", "3"))
    with Session(engine) as session, session.begin():
        Work(session).tokens.add(replace(first, used_at=NOW))
        Work(session).tokens.add(second)
    deleting = Barrier(2)
    seen = list[str]()

    @event.listens_for(engine, "before_cursor_execute")
    def on_statement(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        if statement.startswith("DELETE") and not seen:
            seen.append(statement)
            deleting.wait()

    def end() -> None:
        with Session(engine) as session, session.begin():
            SqlRefreshTokenRepository(session).end_family(TOKEN.family)

    with ThreadPoolExecutor(1) as pool:
        with Session(engine) as session, session.begin():
            tokens = SqlRefreshTokenRepository(session)
            assert tokens.take(second.digest, NOW)
            ending = pool.submit(end)
            deleting.wait()
            time.sleep(0.3)  # until it waits for this transaction
            tokens.add(third)
        ending.result()
    with Session(engine) as session:
        tokens = SqlRefreshTokenRepository(session)
        assert [tokens.find(token.digest) for token in (first, second, third)] == [None] * 3
