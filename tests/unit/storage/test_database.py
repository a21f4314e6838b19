"""Opening, refusing and protecting a database."""

from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from mien.core.template import Consent, SubjectId, Template, Terms
from mien.errors import (
    AlreadyEnrolledError,
    KeyMissingError,
    SchemaOutdatedError,
    StorageError,
    UnknownSubjectError,
)
from mien.storage.database import Database, peek_contract
from mien.storage.engines import parse_url, sqlite_url
from tests.databases import BOTH, fresh_url, open_database

ADA, BOB = SubjectId("ada"), SubjectId("bob")
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def template(seed: int = 0) -> Template:
    vector = np.random.default_rng(seed).normal(size=128).astype(np.float32)
    return Template(vector, contract="c", quality=0.5)


def add(database: Database, subject_id: SubjectId = ADA, *templates: Template) -> None:
    with database.unit_of_work("test") as work:
        work.subjects.add(subject_id, templates or (template(),), NOW, Terms())


@pytest.mark.parametrize("kind", BOTH)
def test_what_was_stored_is_there_after_a_restart(kind: str, tmp_path: Path) -> None:
    with fresh_url(kind, tmp_path) as url:
        with open_database(url, tmp_path) as database:
            add(database, ADA, template(1), template(2))
        with open_database(url, tmp_path) as database, database.unit_of_work("test") as work:
            found = [found.embedding for _, _, found in work.subjects.templates()]
        np.testing.assert_array_equal(found, [template(1).embedding, template(2).embedding])


def test_templates_of_some_subjects_are_theirs_alone(database: Database) -> None:
    add(database, ADA, template(1))
    add(database, BOB, template(2))
    with database.unit_of_work("test") as work:
        keys = {subject_id: key for key, subject_id, _ in work.subjects.templates()}
        ((_, subject_id, found),) = work.subjects.templates([keys[BOB]])
        assert subject_id == BOB
        np.testing.assert_array_equal(found.embedding, template(2).embedding)
        (same,) = work.subjects.templates_of(BOB)
        np.testing.assert_array_equal(same.template.embedding, template(2).embedding)


def test_a_subject_is_stored_once(database: Database) -> None:
    add(database)
    with pytest.raises(AlreadyEnrolledError):
        add(database)


def test_terms_come_back(database: Database) -> None:
    terms = Terms(Consent("door", NOW), NOW + timedelta(days=30))
    with database.unit_of_work("test") as work:
        work.subjects.add(ADA, [template()], NOW, terms)
    with database.unit_of_work("test") as work:
        assert work.subjects.get(ADA).terms == terms
        assert work.subjects.expired(NOW + timedelta(days=29), limit=9) == []
        assert work.subjects.expired(NOW + timedelta(days=30), limit=9) == [ADA]


def test_changes_are_numbered_in_their_order(database: Database) -> None:
    add(database)
    with database.unit_of_work("test") as work:
        first = work.subjects.latest_change()
        work.subjects.remove(ADA)
        assert work.subjects.latest_change() > first
        assert len(work.subjects.changed_since(first)) == 1
        with pytest.raises(UnknownSubjectError):
            work.subjects.get(ADA)


@pytest.mark.parametrize("kind", BOTH)
def test_a_store_tells_the_contract_of_its_templates_without_a_key(
    kind: str, tmp_path: Path
) -> None:
    with fresh_url(kind, tmp_path) as url:
        assert peek_contract(url) is None
        with open_database(url, tmp_path) as database:
            assert peek_contract(url) is None
            add(database)
        (tmp_path / "master.key").unlink()
        assert peek_contract(url) == "c"


def test_looking_for_a_contract_creates_nothing(tmp_path: Path) -> None:
    assert peek_contract(sqlite_url(tmp_path / "mien.db")) is None
    assert list(tmp_path.iterdir()) == []


def test_times_come_back_in_utc(database: Database) -> None:
    at = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=5)))
    with database.unit_of_work("test") as work:
        work.subjects.add(ADA, [template()], at, Terms())
    with database.unit_of_work("test") as work:
        assert work.subjects.get(ADA).enrolled_at == at
        assert work.subjects.get(ADA).enrolled_at.tzinfo == UTC


@pytest.mark.parametrize("kind", BOTH)
def test_a_database_whose_master_key_is_gone_is_refused_and_gets_no_new_one(
    kind: str, tmp_path: Path
) -> None:
    with fresh_url(kind, tmp_path) as url:
        with open_database(url, tmp_path) as database:
            add(database)
        key = tmp_path / "master.key"
        kept = key.read_bytes()
        key.unlink()
        with pytest.raises(KeyMissingError, match="restore it"), open_database(url, tmp_path):
            pass
        assert not key.exists()
        key.write_bytes(kept)
        key.chmod(0o600)
        with open_database(url, tmp_path) as database, database.unit_of_work("test") as work:
            assert work.subjects.count() == 1


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with open_database(sqlite_url(folder / "mien.db"), folder):
        pass
    assert stat.S_IMODE((folder / "mien.db").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "master.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_erased_templates_leave_no_bytes_behind(tmp_path: Path) -> None:
    with open_database(sqlite_url(tmp_path / "mien.db"), tmp_path) as database:
        add(database)
        with sqlite3.connect(tmp_path / "mien.db") as connection:
            sealed, key = connection.execute(
                "SELECT t.sealed, k.sealed FROM templates t JOIN subject_keys k USING (subject_key)"
            ).fetchone()
        connection.close()
        with database.unit_of_work("test") as work:
            work.subjects.remove(ADA)
    for path in tmp_path.iterdir():
        assert sealed[:64] not in path.read_bytes()
        assert key not in path.read_bytes()


def test_a_file_where_the_folder_should_be_is_explained(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    refused = pytest.raises(StorageError, match="cannot be used")
    with refused, open_database(sqlite_url(tmp_path / "data" / "mien.db"), tmp_path):
        pass


def test_what_is_no_database_is_explained(tmp_path: Path) -> None:
    (tmp_path / "mien.db").write_bytes(b"no database at all " * 500)
    refused = pytest.raises(StorageError, match="cannot be used")
    with refused, open_database(sqlite_url(tmp_path / "mien.db"), tmp_path):
        pass


def test_a_server_that_is_not_there_is_explained_without_its_password(tmp_path: Path) -> None:
    url = parse_url("postgresql://mien:very-secret@127.0.0.1:1/mien")
    refused = pytest.raises(StorageError, match="cannot be used")
    with refused as caught, open_database(url, tmp_path):
        pass
    assert "very-secret" not in str(caught.value)


@pytest.mark.parametrize("kind", BOTH)
def test_a_schema_of_another_version_is_refused_and_left_alone(kind: str, tmp_path: Path) -> None:
    with fresh_url(kind, tmp_path) as url:
        with open_database(url, tmp_path) as database, database.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(SchemaOutdatedError, match="9999"), open_database(url, tmp_path):
            pass
