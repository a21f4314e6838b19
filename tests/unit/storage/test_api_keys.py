"""API keys: random, hashed, scoped, and over when they are over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mien.core.api_key import ApiKey
from mien.core.caller import ALL_SCOPES, Scope
from mien.errors import UnknownKeyError
from mien.storage.api_keys import generate_api_key, key_id_of
from mien.storage.database import Database
from mien.storage.engines import sqlite_url
from tests.databases import open_database

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def about(key: str, scopes: frozenset[Scope] = ALL_SCOPES) -> ApiKey:
    return ApiKey(key_id_of(key), "test", scopes, "door", NOW, NOW + timedelta(days=1))


def test_keys_are_random_and_carry_their_public_name() -> None:
    first, second = generate_api_key(), generate_api_key()
    assert first != second
    assert key_id_of(first) == first.split("_")[1]


def test_a_key_made_elsewhere_is_named_by_its_hash() -> None:
    name = key_id_of("a key that somebody made up")
    assert len(name) == 8
    assert name not in "a key that somebody made up"


def test_a_key_comes_back_as_it_was_added(database: Database) -> None:
    key = generate_api_key()
    wanted = about(key, frozenset({Scope.VERIFY, Scope.READ}))
    with database.unit_of_work("test") as work:
        work.api_keys.add(key, wanted)
        work.api_keys.add(key, wanted)
    with database.unit_of_work("test") as work:
        assert work.api_keys.count() == 1
        assert work.api_keys.find(key) == wanted
        assert work.api_keys.find(generate_api_key()) is None
        assert work.api_keys.find("") is None


def test_a_key_is_valid_until_it_expires(database: Database) -> None:
    key = generate_api_key()
    with database.unit_of_work("test") as work:
        work.api_keys.add(key, about(key))
        work.api_keys.expire(key_id_of(key), NOW + timedelta(hours=1))
    with database.unit_of_work("test") as work:
        found = work.api_keys.find(key)
    assert found is not None
    assert found.is_valid(NOW)
    assert not found.is_valid(NOW + timedelta(hours=1))


def test_only_a_key_that_exists_can_be_expired(database: Database) -> None:
    with database.unit_of_work("test") as work, pytest.raises(UnknownKeyError):
        work.api_keys.expire("00000000", NOW)


def test_the_database_holds_hashes_only(tmp_path: Path) -> None:
    key = generate_api_key()
    with (
        open_database(sqlite_url(tmp_path / "mien.db"), tmp_path) as database,
        database.unit_of_work("test") as work,
    ):
        work.api_keys.add(key, about(key))
    assert key.split("_", 2)[2].encode() not in (tmp_path / "mien.db").read_bytes()
