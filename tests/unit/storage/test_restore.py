"""What a restore brings back, what it never does, and what it refuses."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from mien.core.caller import Role
from mien.core.groups import DEPARTMENT, Group
from mien.core.matching import Matcher
from mien.core.operator import OperatorName
from mien.core.template import EmbeddingPart, SubjectId
from mien.core.transform import GalleryTransform
from mien.errors import (
    InvalidRequestError,
    KeyMissingError,
    SchemaOutdatedError,
    StorageError,
    TamperedError,
)
from mien.index.exact import ExactIndex
from mien.service.gallery import Gallery
from mien.storage.backup import Backup, back_up
from mien.storage.backup_tables import open_person
from mien.storage.check import DatabaseCheck
from mien.storage.database import Database, is_there
from mien.storage.engines import PROGRAM_NAME
from mien.storage.envelope import new_key
from mien.storage.master_keys import KeyFile, Sealed
from mien.storage.restore import Restored, restore
from mien.storage.rotation import retire, rotate
from mien.storage.vault import TRANSFORM, DataKey, about_data_key, put_secret, read_secret
from tests.databases import BOTH, POSTGRES, SQLITE
from tests.stored import (
    ADA,
    API_KEY,
    BOB,
    CONTRACT,
    EVE,
    NOW,
    InterruptionError,
    embedding,
    embeddings_of,
    empty_target,
    enroll,
    erase,
    expected,
    fill,
    opened,
    rows_of,
    run,
    source_of,
    target_of,
)

EVERYBODY = expected((ADA, [1, 2]), (BOB, [3]))
LATER = NOW + timedelta(days=1)
LEFT_ALONE = (
    "api_keys",
    "operators",
    "failures",
    "group_thresholds",
    "seen_images",
    "signing_keys",
    "secrets",
)
"""Tables that no restore turns back where the database lives on."""


def backed_up(database: Database, tmp_path: Path) -> tuple[Path, Path]:
    """Store everything there is to store, and return its backup and that of the keys."""
    fill(database)
    return paths(back_up(database, tmp_path / "backups", "test", NOW))


def paths(made: Backup) -> tuple[Path, Path]:
    assert made.data is not None
    return made.data, made.keys


def turn_back(database: Database, data: Path) -> Restored:
    return restore(data, target_of(database), replace=True)


def sealed_again(path: Path, change: Callable[[sqlite3.Connection], None]) -> None:
    with closing(sqlite3.connect(path)) as connection:
        change(connection)
        connection.commit()


@pytest.mark.parametrize("kind", BOTH)
def test_a_backup_of_either_database_is_restored_into_either(
    database: Database, kind: str, tmp_path: Path
) -> None:
    data, keys = backed_up(database, tmp_path)
    with empty_target(kind, tmp_path / "new", source_of(database)) as target:
        restored = restore(data, target, keys=keys)
        assert (restored.subjects, restored.templates, restored.erased_since) == (2, 3, 0)
        assert restored.everything
        assert restored.restart_needed
        with opened(target) as copy:
            assert embeddings_of(copy) == EVERYBODY
            assert all(finding.sound for finding in DatabaseCheck(copy).run())
            with database.unit_of_work("test") as old, copy.unit_of_work("test") as new:
                assert new.subjects.get(ADA) == old.subjects.get(ADA)
                assert new.api_keys.find(API_KEY) == old.api_keys.find(API_KEY)
                name = OperatorName("grace")
                assert new.operators.find(name) == old.operators.find(name)
                assert new.failures.of("mallory") == old.failures.of("mallory") is not None
                assert new.thresholds.all(DEPARTMENT) == old.thresholds.all(DEPARTMENT) != {}
                for who in (ADA, BOB):
                    assert new.consents.of(who) == old.consents.of(who)
                    assert new.groups.of(who) == old.groups.of(who)
                    assert new.expressions.of(who) == old.expressions.of(who)
                assert [entry.event for entry in new.audit.of(ADA, limit=9)] == [
                    entry.event for entry in old.audit.of(ADA, limit=9)
                ]
                last = new.audit.page(limit=9, after=2)[-1].event
                assert (last.action, last.actor) == ("restore", "cli")
                assert last.details["subjects"] == 2
                assert new.audit.verify().sequence == 3


def test_a_restore_reopens_neither_replays_nor_sessions(database: Database, tmp_path: Path) -> None:
    data, keys = backed_up(database, tmp_path)
    with empty_target(SQLITE, tmp_path / "new", source_of(database)) as target:
        restore(data, target, keys=keys)
        with opened(target) as copy:
            assert len(rows_of(database, "refresh_tokens")) == 1
            assert rows_of(copy, "refresh_tokens") == []
            with copy.unit_of_work("test") as work:
                assert not work.seen_images.claim(b"a photo of ada", ADA, LATER)
                assert not work.seen_images.claim(b"a photo of nobody", None, LATER)
                assert work.seen_images.claim(b"a new photo", ADA, LATER)


def test_numbers_are_not_handed_out_again(database: Database, tmp_path: Path) -> None:
    fill(database)
    enroll(database, EVE, 4)
    erase(database, EVE)
    data, keys = paths(back_up(database, tmp_path / "backups", "test", NOW))
    for kind in BOTH:
        with empty_target(kind, tmp_path / kind, source_of(database)) as target:
            restore(data, target, keys=keys)
            with opened(target) as copy:
                with copy.unit_of_work("test") as work:
                    last = work.subjects.latest_change()
                enroll(copy, SubjectId("new"), 5)
                used = {row[1] for row in rows_of(database, "gallery_changes")}
                (key,) = [row[0] for row in rows_of(copy, "subjects") if row[1] == "new"]
                assert key not in used
                with copy.unit_of_work("test") as work:
                    assert work.subjects.latest_change() == last + 1


# Erasure


def test_who_was_erased_stays_erased_where_the_database_lives_on(
    database: Database, tmp_path: Path
) -> None:
    data, _ = backed_up(database, tmp_path)
    erase(database, ADA)
    restored = turn_back(database, data)
    assert (restored.subjects, restored.erased_since) == (1, 1)
    assert embeddings_of(database) == expected((BOB, [3]))
    assert all(finding.sound for finding in DatabaseCheck(database).run())


def test_who_was_erased_stays_erased_where_only_the_newest_keys_are_left(
    database: Database, tmp_path: Path
) -> None:
    data, keys = backed_up(database, tmp_path)
    erase(database, ADA)
    back_up(database, tmp_path / "backups", "test", LATER, keys_only=True)
    with empty_target(SQLITE, tmp_path / "new", source_of(database)) as target:
        restored = restore(data, target, keys=keys)
        assert (restored.subjects, restored.erased_since) == (1, 1)
        with opened(target) as copy:
            assert embeddings_of(copy) == expected((BOB, [3]))
            assert all(finding.sound for finding in DatabaseCheck(copy).run())


def test_nothing_that_is_kept_opens_the_backup_of_who_was_erased(
    database: Database, tmp_path: Path
) -> None:
    """The master key and every sealed key of the live database and of keys.backup are tried."""
    data, keys = backed_up(database, tmp_path)
    pseudonyms = {str(row[1]): str(row[2]) for row in rows_of(database, "subjects")}
    with closing(sqlite3.connect(data)) as file:
        templates = file.execute(
            "SELECT pseudonym, contract, template_id, t.sealed, s.sealed"
            " FROM templates t JOIN subjects s ON s.key = t.subject_key"
        ).fetchall()

    def opened_templates() -> set[str]:
        """Return whose templates or names any of the keys opens."""
        with closing(sqlite3.connect(keys)) as file:
            wrapped = file.execute("SELECT pseudonym, sealed, master_key_id FROM subject_keys")
            found = [tuple(row) for row in wrapped.fetchall()]
        of_number = {row[0]: row[2] for row in rows_of(database, "subjects")}
        found += [(of_number[row[0]], row[1], row[2]) for row in rows_of(database, "subject_keys")]
        opens = set()
        for about, sealed, master in found:
            wrapped_key = Sealed(bytes(sealed), str(master))
            secret = database.master_keys.unseal(wrapped_key, about_data_key(about))
            for pseudonym, contract, template_id, template, person in templates:
                for name in (about, pseudonym):
                    key = DataKey(name, secret)
                    with suppress(TamperedError):
                        key.unseal(template, contract=contract, template_id=template_id)
                        opens.add(pseudonym)
                    with suppress(TamperedError):
                        open_person(key, person)
                        opens.add(pseudonym)
        return opens

    assert opened_templates() == {pseudonyms[ADA], pseudonyms[BOB]}  # before: both open
    erase(database, ADA)
    back_up(database, tmp_path / "backups", "test", LATER, keys_only=True)
    assert opened_templates() == {pseudonyms[BOB]}
    assert ADA.encode() not in data.read_bytes()


def test_who_was_erased_and_came_back_is_not_who_they_were(
    database: Database, tmp_path: Path
) -> None:
    data, _ = backed_up(database, tmp_path)
    erase(database, ADA)
    enroll(database, ADA, 7)
    restored = turn_back(database, data)
    assert (restored.erased_since, restored.enrolled_since) == (1, 1)
    assert embeddings_of(database) == expected((BOB, [3]))


# A database that lives on


def test_turning_back_touches_the_gallery_alone(database: Database, tmp_path: Path) -> None:
    data, _ = backed_up(database, tmp_path)
    enroll(database, EVE, 4)
    run(
        database,
        "DELETE FROM templates WHERE subject_key ="
        " (SELECT key FROM subjects WHERE subject_id = 'bob')",
    )
    with database.unit_of_work("test") as work:
        work.api_keys.expire("1f2e3d4c", NOW)
        work.operators.set_role(OperatorName("grace"), Role.AUDITOR)
        work.failures.record("mallory", LATER)
        work.thresholds.remove(DEPARTMENT, Group("treasury"))
        work.seen_images.claim(b"a second photo of ada", ADA, LATER)
    before = {table: rows_of(database, table) for table in LEFT_ALONE}
    log = rows_of(database, "audit_entries")
    restored = turn_back(database, data)
    assert embeddings_of(database) == EVERYBODY
    assert (restored.subjects, restored.enrolled_since) == (2, 1)
    assert not restored.everything
    assert not restored.restart_needed
    assert {table: rows_of(database, table) for table in before} == before
    assert rows_of(database, "audit_entries")[:-1] == log
    assert all(finding.sound for finding in DatabaseCheck(database).run())


def test_a_running_server_follows(database: Database, tmp_path: Path) -> None:
    parts = (EmbeddingPart("one", "fake", dimension=128, weight=1.0),)
    gallery = Gallery(ExactIndex(128), Matcher(parts), CONTRACT)

    def similarity(seed: int, who: SubjectId) -> float | None:
        with database.unit_of_work("server") as work:
            gallery.follow(work)
        compared = gallery.compare(embedding(seed), who)
        return None if compared is None else compared.comparison.similarity

    data, _ = backed_up(database, tmp_path)
    enroll(database, EVE, 4)
    assert similarity(4, EVE) == pytest.approx(1)
    assert similarity(3, BOB) == pytest.approx(1)
    turn_back(database, data)
    assert similarity(4, EVE) is None
    assert similarity(3, BOB) == pytest.approx(1)
    assert gallery.size() == 2
    erase(database, ADA)
    assert similarity(1, ADA) is None
    turn_back(database, data)
    assert similarity(1, ADA) is None
    assert gallery.size() == 1


def test_a_database_with_data_is_turned_back_only_when_asked(
    database: Database, tmp_path: Path
) -> None:
    data, keys = backed_up(database, tmp_path)
    enroll(database, EVE, 4)
    with pytest.raises(InvalidRequestError, match="--replace"):
        restore(data, target_of(database))
    with pytest.raises(InvalidRequestError, match="leave out --keys"):
        restore(data, target_of(database), keys=keys, replace=True)
    assert EVE in embeddings_of(database)


def test_a_backup_of_another_database_is_refused(database: Database, tmp_path: Path) -> None:
    data, keys = backed_up(database, tmp_path)
    with empty_target(SQLITE, tmp_path / "other", source_of(database)) as target:
        with opened(target) as other:
            fill(other)
        with pytest.raises(TamperedError, match="not of this database"):
            restore(data, target, replace=True)
        with opened(target) as other:
            foreign = back_up(other, tmp_path / "foreign", "test", NOW)
    with (
        empty_target(SQLITE, tmp_path / "new", source_of(database)) as target,
        pytest.raises(TamperedError, match="not of this database"),
    ):
        restore(data, target, keys=foreign.keys)
    assert keys.exists()


def test_a_backup_of_a_past_that_was_given_up_is_refused(
    database: Database, tmp_path: Path
) -> None:
    first, keys = backed_up(database, tmp_path)
    kept = shutil.copy(keys, tmp_path / "keys.backup")
    enroll(database, EVE, 4)
    second, _ = paths(back_up(database, tmp_path / "backups", "test", LATER))
    with empty_target(SQLITE, tmp_path / "new", source_of(database)) as target:
        restore(first, target, keys=Path(kept))
        with pytest.raises(StorageError, match="does not go on from the backup's"):
            restore(second, target, replace=True)


# Refusals


Tampering = Callable[[sqlite3.Connection], None]


def _statement(statement: str) -> Tampering:
    def change(connection: sqlite3.Connection) -> None:
        assert connection.execute(statement).rowcount != 0

    return change


def _forged_manifest(connection: sqlite3.Connection) -> None:
    """Add an API key, and make the manifest agree, but for the signature."""
    connection.execute("DELETE FROM failures")
    (text,) = connection.execute("SELECT text FROM manifest").fetchone()
    manifest = json.loads(text)
    manifest["parts"]["failures"] = {
        "rows": 0,
        "digest": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }
    connection.execute("UPDATE manifest SET text = ?", (json.dumps(manifest),))


TAMPERINGS = {
    "a wider scope": _statement("UPDATE api_keys SET scopes = 'admin'"),
    "an operator's password": _statement("UPDATE operators SET password = 'mine'"),
    "a key made valid again": _statement("UPDATE api_keys SET expires_at = '2999-01-01 00:00:00'"),
    "no time at all": _statement("UPDATE api_keys SET created_at = 'yesterday'"),
    "locks lifted": _statement("DELETE FROM failures"),
    "photos forgotten": _statement("DELETE FROM seen_images"),
    "an entry removed": _statement("DELETE FROM audit_entries WHERE sequence = 2"),
    "an entry changed": _statement("UPDATE audit_entries SET actor = 'nobody'"),
    "the head moved": _statement("UPDATE audit_head SET sequence = 1"),
    "a quality changed": _statement("UPDATE templates SET quality = 1"),
    "templates swapped": _statement(
        "UPDATE templates SET subject_key = (SELECT max(key) FROM subjects)"
    ),
    "a subject removed": _statement("DELETE FROM subjects WHERE key = 1"),
    "another signature": _statement("UPDATE manifest SET signature = zeroblob(64)"),
    "a manifest to match": _forged_manifest,
}


@pytest.mark.parametrize("change", TAMPERINGS.values(), ids=TAMPERINGS)
def test_a_backup_that_was_changed_is_refused(
    tmp_path: Path, change: Callable[[sqlite3.Connection], None]
) -> None:
    source = KeyFile(tmp_path / "master.key")
    source.ensure()
    with empty_target(SQLITE, tmp_path, source) as target:
        with opened(target) as database:
            data, keys = backed_up(database, tmp_path)
            enroll(database, EVE, 4)
            sealed_again(data, change)
            with pytest.raises(TamperedError):
                turn_back(database, data)
            assert EVE in embeddings_of(database)
        new = replace(target, url=target.url.set(database=str(tmp_path / "new.db")))
        with pytest.raises(TamperedError):
            restore(data, new, keys=keys)
        assert not is_there(new.url)


@pytest.mark.parametrize(
    "change",
    [
        _statement("DELETE FROM subject_keys WHERE rowid = 1"),
        _statement("UPDATE signing_keys SET sealed = zeroblob(60)"),
        _statement("UPDATE secrets SET sealed = zeroblob(60)"),
        _statement("UPDATE subject_keys SET sealed = zeroblob(60)"),
    ],
)
def test_keys_that_were_changed_are_refused(
    database: Database, tmp_path: Path, change: Callable[[sqlite3.Connection], None]
) -> None:
    data, keys = backed_up(database, tmp_path)
    sealed_again(keys, change)
    with empty_target(SQLITE, tmp_path / "new", source_of(database)) as target:
        with pytest.raises(TamperedError):
            restore(data, target, keys=keys)
        assert not is_there(target.url)


def test_a_damaged_file_is_refused(database: Database, tmp_path: Path) -> None:
    data, _ = backed_up(database, tmp_path)
    whole = data.read_bytes()
    for damaged in (b"", whole[:1000], whole[: len(whole) // 2], b"SQLite format 3\0" + b"x" * 99):
        data.write_bytes(damaged)
        with pytest.raises((StorageError, TamperedError), match=r"backup"):
            turn_back(database, data)
    with pytest.raises(StorageError, match="there is no backup"):
        turn_back(database, tmp_path / "nothing.backup")
    assert embeddings_of(database) == EVERYBODY


def test_the_two_files_are_not_mistaken_for_each_other(database: Database, tmp_path: Path) -> None:
    data, keys = backed_up(database, tmp_path)
    with empty_target(SQLITE, tmp_path / "new", source_of(database)) as target:
        for first, second in ((keys, data), (data, data), (keys, keys)):
            with pytest.raises(StorageError, match="is it the file of the keys"):
                restore(first, target, keys=second)
        with pytest.raises(InvalidRequestError, match="--keys"):
            restore(data, target)
        assert not is_there(target.url)


def test_keys_older_than_the_backup_are_refused(database: Database, tmp_path: Path) -> None:
    _, keys = backed_up(database, tmp_path)
    old = shutil.copy(keys, tmp_path / "old.backup")
    enroll(database, EVE, 4)
    data, _ = paths(back_up(database, tmp_path / "backups", "test", LATER))
    with (
        empty_target(SQLITE, tmp_path / "new", source_of(database)) as target,
        pytest.raises(InvalidRequestError, match="older than the backup"),
    ):
        restore(data, target, keys=Path(old))


def test_nothing_is_begun_without_the_master_key(database: Database, tmp_path: Path) -> None:
    data, keys = backed_up(database, tmp_path)
    missing, other = KeyFile(tmp_path / "no.key"), KeyFile(tmp_path / "other.key")
    other.ensure()
    for source, message in ((missing, "cannot be used"), (other, "not among the 1")):
        with empty_target(SQLITE, tmp_path / "new", source) as target:
            with pytest.raises(KeyMissingError, match=message):
                restore(data, target, keys=keys)
            assert not is_there(target.url)
    assert not missing.exists()  # none was made that would open nothing


def test_a_backup_of_another_schema_is_refused(database: Database, tmp_path: Path) -> None:
    data, _ = backed_up(database, tmp_path)
    sealed_again(data, _statement("""UPDATE manifest SET text = replace(text, '"0', '"9')"""))
    with pytest.raises(SchemaOutdatedError, match=r"restore it with mien \d.*mien db upgrade"):
        turn_back(database, data)


def test_a_restore_that_breaks_off_changed_nothing(database: Database, tmp_path: Path) -> None:
    data, keys = backed_up(database, tmp_path)
    enroll(database, EVE, 4)
    stop = InterruptionError("restoring templates")
    with pytest.raises(InterruptionError):
        restore(data, target_of(database), replace=True, progress=stop)
    assert EVE in embeddings_of(database)
    for kind in BOTH:
        with empty_target(kind, tmp_path / kind, source_of(database)) as target:
            with pytest.raises(InterruptionError):
                restore(data, target, keys=keys, progress=stop)
            assert not is_there(target.url)
            assert restore(data, target, keys=keys).subjects == 2


def test_a_template_that_does_not_open_stops_the_restore(
    database: Database, tmp_path: Path
) -> None:
    """It was stored so, and signed so: only opening it tells."""
    fill(database)
    run(
        database,
        "UPDATE templates SET contract = 'another' WHERE subject_key ="
        " (SELECT key FROM subjects WHERE subject_id = 'bob')",
    )
    data, keys = paths(back_up(database, tmp_path / "backups", "test", NOW))
    with empty_target(SQLITE, tmp_path / "new", source_of(database)) as target:
        with pytest.raises(TamperedError, match="does not open"):
            restore(data, target, keys=keys)
        assert not is_there(target.url)


# Keys that changed since


def test_a_backup_outlives_the_master_key_it_was_made_with(
    database: Database, tmp_path: Path
) -> None:
    # A copy of the key file, so that no other test's database loses its key.
    own = KeyFile(tmp_path / "own.key")
    own._write(list(source_of(database).load()))
    with empty_target(SQLITE, tmp_path / "own", own) as target, opened(target) as living:
        data, _ = backed_up(living, tmp_path)
        rotate(living, "test", NOW)
        retire(living, "test", NOW)
        keys = back_up(living, tmp_path / "backups", "test", LATER, keys_only=True).keys
        assert turn_back(living, data).subjects == 2
        with empty_target(SQLITE, tmp_path / "new", own) as new:
            assert restore(data, new, keys=keys).subjects == 2
            with opened(new) as copy:
                assert embeddings_of(copy) == EVERYBODY
                assert all(finding.sound for finding in DatabaseCheck(copy).run())


def test_templates_get_the_rotation_back_that_they_are_in(
    database: Database, tmp_path: Path
) -> None:
    secrets = new_key(), new_key()
    first, second = (GalleryTransform(secret, ()).id for secret in secrets)
    keys = database.master_keys

    def put(secret: bytes) -> None:
        with database.engine.begin() as connection:
            put_secret(connection, keys, TRANSFORM, secret, NOW)

    put(secrets[0])
    enroll(database, ADA, 1, contract=f"digest+{first}")
    data, _ = paths(back_up(database, tmp_path / "backups", "test", NOW))
    assert not turn_back(database, data).restart_needed
    put(secrets[1])
    assert turn_back(database, data).restart_needed
    with database.unit_of_work("test") as work:
        assert work.subjects.contract() == f"digest+{first}"
    newest = back_up(database, tmp_path / "backups", "test", LATER, keys_only=True).keys
    with empty_target(SQLITE, tmp_path / "new", source_of(database)) as target:
        restore(data, target, keys=newest)
        with opened(target) as copy:
            assert _transform_of(copy) == secrets[0]
    assert _transform_of(database) == secrets[0]
    assert first != second


def _transform_of(database: Database) -> bytes | None:
    with database.engine.connect() as connection:
        return read_secret(connection, database.master_keys, TRANSFORM)


def test_a_server_that_remembers_another_database_is_in_the_way(
    database: Database, tmp_path: Path
) -> None:
    data, keys = backed_up(database, tmp_path)
    with empty_target(POSTGRES, tmp_path / "new", source_of(database)) as target:
        server = create_engine(target.url, connect_args={"application_name": PROGRAM_NAME})
        with server.connect(), pytest.raises(StorageError, match="a server of mien is connected"):
            restore(data, target, keys=keys)
        server.dispose()
        assert restore(data, target, keys=keys).subjects == 2
