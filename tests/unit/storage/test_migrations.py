"""The way from the released schema to the newest, and that both lead to the same tables."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Engine, inspect
from sqlalchemy.exc import IntegrityError

from mien.bootstrap.clock import utc_now
from mien.core.liveness import LivenessPolicy
from mien.core.template import Origin, SubjectId
from mien.errors import KeyMissingError, SchemaOutdatedError, StorageError
from mien.storage.check import DatabaseCheck
from mien.storage.database import Database, upgrade_at
from mien.storage.engines import connect, file_of, sqlite_url
from mien.storage.master_keys import KeyFile
from mien.storage.schema import newest_revision, revision_of
from mien.storage.tables import Base
from tests.databases import BOTH, fresh_url, open_database
from tests.old_database import SCHEMA, SEALED, SEALED_AT, make_sealed_database, photos_of
from tests.stored import embedding
from tests.unit.service.conftest import embedding_of

CONTRACT = "0123456789abcdef" * 2
OLD_KEY = "a-key-that-an-operator-chose-0123456789"
ATTEMPTS = [
    (1, "authenticate", "2026-01-02 03:04:05.000006", 1, "MATCH", 1e-6),
    (2, "authenticate", "2026-01-02 03:05:00.000000", 0, "LOW_CONFIDENCE", 0.25),
    (None, "identify", "2026-01-02 03:06:00.000000", 0, "LOW_CONFIDENCE", None),
]
PEOPLE = 50


def released(folder: Path) -> URL:
    """Make a database as 0.1.0 left it: in WAL mode, with what was erased overwritten."""
    path = folder / "mien.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.executescript(SCHEMA)
        for key in range(1, PEOPLE + 1):
            connection.execute(
                "INSERT INTO subjects VALUES (?, ?, '2026-01-01 00:00:00.000000')",
                (key, f"person-{key}"),
            )
            connection.execute("INSERT INTO gallery_changes (subject_key) VALUES (?)", (key,))
            connection.executemany(
                "INSERT INTO templates (subject_key, contract, embedding, quality)"
                " VALUES (?, ?, ?, 0.5)",
                [(key, CONTRACT, stored(seed)) for seed in (2 * key, 2 * key + 1)],
            )
        connection.executemany(
            "INSERT INTO attempts (subject_key, kind, at, accepted, reason, false_match_rate)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            ATTEMPTS,
        )
        digest = hashlib.sha256(OLD_KEY.encode()).hexdigest()
        connection.execute(
            "INSERT INTO api_keys VALUES (?, 'door', '2026-01-01 00:00:00.000000')", (digest,)
        )
        connection.commit()
    return sqlite_url(path)


def stored(seed: int) -> bytes:
    return embedding(seed).astype("<f4").tobytes()


def upgraded(folder: Path) -> tuple[str | None, str | None]:
    return upgrade_at(sqlite_url(folder / "mien.db"), KeyFile(folder / "master.key"), utc_now)


def files_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("mien.db*")))


def test_the_released_schema_is_known_for_what_it_is(tmp_path: Path) -> None:
    url = released(tmp_path)
    with pytest.raises(SchemaOutdatedError, match=r"schema 0001.*mien db upgrade"):
        Database.open(url, KeyFile(tmp_path / "master.key"), utc_now)
    assert not (tmp_path / "master.key").exists()
    engine = connect(url)
    assert revision_of(engine) == "0001"
    engine.dispose()


def test_an_upgrade_keeps_people_and_templates(tmp_path: Path) -> None:
    url = released(tmp_path)
    assert upgraded(tmp_path) == ("0001", newest_revision())
    with open_database(url, tmp_path) as database, database.unit_of_work("test") as work:
        found = [
            (subject_id, template.embedding, template.contract, template.quality)
            for _, subject_id, template in work.subjects.templates()
        ]
        assert len(found) == 2 * PEOPLE
        for place, (subject_id, vector, contract, quality) in enumerate(found):
            assert subject_id == f"person-{place // 2 + 1}"
            np.testing.assert_array_equal(vector, embedding(place + 2))
            assert (contract, quality) == (CONTRACT, 0.5)
        ada = work.subjects.get(SubjectId("person-1"))
        assert ada.enrolled_at == datetime(2026, 1, 1, tzinfo=UTC)
        assert work.subjects.latest_change() >= PEOPLE


def test_an_upgrade_leaves_no_template_in_the_open(tmp_path: Path) -> None:
    released(tmp_path)
    plain = [stored(seed) for seed in range(2, 2 * PEOPLE + 2)]
    before = files_of(tmp_path)
    # Half of one at least is in one piece on some page.
    halves = [part for vector in plain for part in (vector[:64], vector[-64:])]
    assert all(half in before for half in halves)
    upgraded(tmp_path)
    after = files_of(tmp_path)
    assert not any(vector[at : at + 16] in after for vector in plain for at in (0, 64, 240, 496))
    url = sqlite_url(tmp_path / "mien.db")
    with open_database(url, tmp_path):  # nor while it is open, with its -wal and -shm
        after = files_of(tmp_path)
        assert not any(half in after for half in halves)


def test_attempts_begin_the_audit_log(tmp_path: Path) -> None:
    url = released(tmp_path)
    upgraded(tmp_path)
    with open_database(url, tmp_path) as database:
        assert all(finding.sound for finding in DatabaseCheck(database).run())
        with database.unit_of_work("test") as work:
            assert work.audit.verify().sequence == len(ATTEMPTS)
            (entry,) = work.audit.of(SubjectId("person-1"), limit=9)
            assert entry.event.action == "authenticate"
            assert entry.event.accepted is True
            assert entry.event.false_match_rate == 1e-6
            assert entry.event.at == datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
            (other,) = work.audit.of(SubjectId("person-2"), limit=9)
            assert (other.event.accepted, other.event.reason) == (False, "LOW_CONFIDENCE")
            assert work.audit.page(limit=9)[2].event.subject is None


def test_an_old_api_key_works_and_may_do_what_it_did(tmp_path: Path) -> None:
    url = released(tmp_path)
    upgraded(tmp_path)
    with open_database(url, tmp_path) as database, database.unit_of_work("test") as work:
        key = work.api_keys.find(OLD_KEY)
        assert key is not None
        assert key.is_valid(utc_now())
        assert {"enroll", "verify", "identify", "admin"} <= key.scopes
        assert work.api_keys.find("another-key-0123456789") is None


def test_an_upgrade_that_fails_leaves_the_old_database(tmp_path: Path) -> None:
    url = released(tmp_path)
    path = file_of(url)
    assert path is not None
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE attempts SET reason = 'a word of no mien'")
        connection.commit()
        before = list(connection.iterdump())
    with pytest.raises(ValueError, match="a word of no mien"):
        upgraded(tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        assert list(connection.iterdump()) == before


def test_remains_that_cannot_be_wiped_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mien.storage.engines._WAIT_FOR_WRITER_S", 0.1)
    url = released(tmp_path)
    path = file_of(url)
    assert path is not None
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM subjects").fetchone()
        with pytest.raises(StorageError, match=r"stop mien's servers and run  mien db upgrade"):
            upgraded(tmp_path)
    assert upgraded(tmp_path) == (newest_revision(), newest_revision())
    assert stored(2)[:64] not in files_of(tmp_path)


def test_an_upgrade_of_sealed_data_makes_no_new_master_key(tmp_path: Path) -> None:
    released(tmp_path)
    upgraded(tmp_path)
    (tmp_path / "master.key").unlink()
    upgraded(tmp_path)
    assert not (tmp_path / "master.key").exists()
    with pytest.raises(KeyMissingError):
        Database.open(sqlite_url(tmp_path / "mien.db"), KeyFile(tmp_path / "master.key"), utc_now)


@pytest.mark.parametrize("kind", BOTH)
def test_an_upgrade_makes_a_database_where_there_is_none(kind: str, tmp_path: Path) -> None:
    with fresh_url(kind, tmp_path) as url:
        source = KeyFile(tmp_path / "master.key")
        assert upgrade_at(url, source, utc_now) == (None, newest_revision())
        with open_database(url, tmp_path) as database:
            assert all(finding.sound for finding in DatabaseCheck(database).run())


@pytest.mark.parametrize("kind", BOTH)
def test_a_schema_of_the_future_is_left_alone(kind: str, tmp_path: Path) -> None:
    with fresh_url(kind, tmp_path) as url:
        with open_database(url, tmp_path) as database, database.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(SchemaOutdatedError, match="9999, which this version"):
            upgrade_at(url, KeyFile(tmp_path / "master.key"), utc_now)


# From the sealed schema


@pytest.mark.parametrize("kind", BOTH)
def test_every_sealed_template_is_an_enrolled_one(kind: str, tmp_path: Path) -> None:
    with fresh_url(kind, tmp_path) as url:
        make_sealed_database(url, tmp_path)
        with pytest.raises(SchemaOutdatedError, match=r"schema 0002.*mien db upgrade"):
            Database.open(url, KeyFile(tmp_path / "master.key"), utc_now)
        source = KeyFile(tmp_path / "master.key")
        assert upgrade_at(url, source, utc_now) == ("0002", newest_revision())
        with open_database(url, tmp_path) as database:
            assert all(finding.sound for finding in DatabaseCheck(database).run())
            with database.unit_of_work("test") as work:
                for subject in range(SEALED):
                    found = work.subjects.templates_of(SubjectId(f"old-{subject}"))
                    for stored_one, photo in zip(found, photos_of(subject), strict=True):
                        np.testing.assert_array_equal(
                            stored_one.template.embedding, embedding_of(photo)
                        )
                        assert stored_one.origin is Origin.ENROLLED
                        assert stored_one.added_at == SEALED_AT
                        assert stored_one.attempt_id is stored_one.confirmed_by is None
                assert len(list(work.subjects.templates())) == 2 * SEALED
                (key,) = work.api_keys.page()
                assert key.liveness is LivenessPolicy.NONE


@pytest.mark.parametrize("kind", BOTH)
def test_an_upgraded_sealed_database_has_the_tables_of_a_new_one(kind: str, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    with fresh_url(kind, tmp_path) as url, fresh_url(kind, tmp_path / "new") as new_url:
        make_sealed_database(url, tmp_path)
        upgrade_at(url, KeyFile(tmp_path / "master.key"), utc_now)
        with (
            open_database(url, tmp_path) as old,
            open_database(new_url, tmp_path / "new") as new,
        ):
            assert tables_of(old.engine) == tables_of(new.engine)


@pytest.mark.parametrize("kind", BOTH)
def test_a_template_has_to_say_where_it_comes_from(kind: str, tmp_path: Path) -> None:
    with fresh_url(kind, tmp_path) as url:
        make_sealed_database(url, tmp_path)
        upgrade_at(url, KeyFile(tmp_path / "master.key"), utc_now)
        with (
            open_database(url, tmp_path) as database,
            database.engine.connect() as connection,
            pytest.raises(IntegrityError),
        ):
            connection.exec_driver_sql(
                "INSERT INTO templates (template_id, subject_key, contract, sealed, quality)"
                " VALUES ('a', 1, 'b', 'c', 0.5)"
            )


# Drift


def test_migrations_and_models_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_make_the_tables_that_the_models_make(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "models").mkdir()
    with fresh_url(database.engine.dialect.name, tmp_path / "models") as url:
        engine = connect(url)
        Base.metadata.create_all(engine)
        assert tables_of(database.engine) == tables_of(engine)
        engine.dispose()


def test_an_upgraded_database_has_the_tables_of_a_new_one(tmp_path: Path) -> None:
    released(tmp_path)
    upgraded(tmp_path)
    (tmp_path / "new").mkdir()
    old = connect(sqlite_url(tmp_path / "mien.db"))
    with open_database(sqlite_url(tmp_path / "new" / "mien.db"), tmp_path) as database:
        assert tables_of(old) == tables_of(database.engine)
        assert statements_of(tmp_path / "mien.db") == statements_of(tmp_path / "new" / "mien.db")
    old.dispose()


def tables_of(engine: Engine) -> dict[str, list[object]]:
    """Return columns, keys and indexes of every table, in an order of their own."""
    looking = inspect(engine)
    return {
        name: [
            [
                (
                    column["name"],
                    repr(column["type"]),
                    column["nullable"],
                    # PostgreSQL's own name of the sequence, which nothing else goes by
                    re.sub(r"_seq\d*'", "'", column["default"] or ""),
                )
                for column in looking.get_columns(name)
            ],
            looking.get_pk_constraint(name)["constrained_columns"],
            sorted(map(repr, looking.get_foreign_keys(name))),
            sorted(map(repr, looking.get_unique_constraints(name))),
            sorted(map(repr, looking.get_indexes(name))),
        ]
        for name in looking.get_table_names()
        if name != "alembic_version"
    }


def statements_of(path: Path) -> dict[str, str]:
    """Return the statements that made the tables and indexes, however they are set."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: re.sub(r'[\s"]+', " ", sql) for name, sql in found}
