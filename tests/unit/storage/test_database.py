"""Opening, refusing and protecting the database."""

from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from mien.core.template import SubjectId, Template
from mien.errors import StorageError
from mien.storage.api_keys import generate_api_key
from mien.storage.database import Database

ADA = SubjectId("ada")


def template(seed: int = 0) -> Template:
    vector = np.random.default_rng(seed).normal(size=128).astype(np.float32)
    return Template(vector, contract="c", quality=0.5)


def test_embeddings_come_back_bit_for_bit(tmp_path: Path) -> None:
    database, stored = Database.open_in(tmp_path), template()
    with database.unit_of_work() as work:
        work.subjects.add(ADA, [stored], datetime.now(UTC))
    with database.unit_of_work() as work:
        ((_, subject_id, found),) = work.subjects.templates()
    assert subject_id == ADA
    np.testing.assert_array_equal(found.embedding, stored.embedding)
    database.close()


def test_a_store_knows_the_contract_of_its_templates(tmp_path: Path) -> None:
    database = Database.open_in(tmp_path)
    with database.unit_of_work() as work:
        assert work.subjects.contract() is None
        work.subjects.add(ADA, [template(), template(1)], datetime.now(UTC))
    with database.unit_of_work() as work:
        assert work.subjects.contract() == "c"
        work.subjects.remove(ADA)
    with database.unit_of_work() as work:
        assert work.subjects.contract() is None
    database.close()


def test_times_come_back_in_utc(tmp_path: Path) -> None:
    database = Database.open_in(tmp_path)
    at = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=5)))
    with database.unit_of_work() as work:
        work.subjects.add(ADA, [template()], at)
    with database.unit_of_work() as work:
        assert work.subjects.get(ADA).enrolled_at == at
        assert work.subjects.get(ADA).enrolled_at.tzinfo == UTC
    database.close()


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    Database.open_in(tmp_path / "data").close()
    assert stat.S_IMODE((tmp_path / "data" / "mien.db").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_erased_templates_leave_no_bytes_behind(tmp_path: Path) -> None:
    database, stored = Database.open_in(tmp_path), template()
    with database.unit_of_work() as work:
        work.subjects.add(ADA, [stored], datetime.now(UTC))
    with database.unit_of_work() as work:
        work.subjects.remove(ADA)
    database.close()
    for path in tmp_path.iterdir():
        assert stored.embedding.tobytes()[:64] not in path.read_bytes()


def test_a_file_where_the_folder_should_be_is_explained(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StorageError, match="--data-dir"):
        Database.open_in(tmp_path / "data")


def test_what_is_no_database_is_explained(tmp_path: Path) -> None:
    (tmp_path / "mien.db").write_bytes(b"no database at all " * 500)
    with pytest.raises(StorageError, match="cannot be used"):
        Database.open_in(tmp_path)


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "mien.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StorageError, match="schema version 99"):
        Database.open_in(tmp_path)


def test_api_keys_are_random_and_stored_as_hashes(tmp_path: Path) -> None:
    database = Database.open_in(tmp_path)
    key, other = generate_api_key(), generate_api_key()
    assert key != other
    with database.unit_of_work() as work:
        work.api_keys.add(key, label="test", created_at=datetime.now(UTC))
        work.api_keys.add(key, label="again", created_at=datetime.now(UTC))
    with database.unit_of_work() as work:
        assert work.api_keys.count() == 1
        assert work.api_keys.accepts(key)
        assert not work.api_keys.accepts(other)
        assert not work.api_keys.accepts("")
    database.close()
    assert key.encode() not in (tmp_path / "mien.db").read_bytes()
