"""Changing keys while servers run: nothing is lost, whatever interrupts it."""

from __future__ import annotations

import base64
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import URL, select, update
from sqlalchemy.orm import Session

from mien.bootstrap.clock import utc_now
from mien.core.audit import AuditAction, AuditEntry
from mien.core.template import SubjectId
from mien.errors import InvalidRequestError, KeyMissingError, TamperedError
from mien.storage import rotation
from mien.storage.database import Database
from mien.storage.dialects import alone
from mien.storage.engines import file_of, sqlite_url
from mien.storage.envelope import new_key
from mien.storage.master_keys import GivenKeys, KeyFile, MasterKeys
from mien.storage.rotation import report_keys, retire, roll_over, rotate, rows_by_master_key
from mien.storage.tables import SubjectKeyRow
from mien.storage.vault import Vault
from tests.databases import fresh_postgres
from tests.unit.storage.test_database import NOW, add, template
from tests.unit.storage.test_learned import learn, stored

SUBJECTS = 23
OWN_ROWS = 2
"""The tag key and the signing key that every database has."""


class KilledError(Exception):
    """The process ends here."""


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "_ROWS_PER_BATCH", 4)


@pytest.fixture
def database(database: Database, tmp_path: Path) -> Iterator[Database]:
    """The same with a key file of its own: those of PostgreSQL are copies of one, and share it."""
    copy = tmp_path / "own.key"
    shutil.copy(file_of_keys(database).path, copy)
    url = database.engine.url
    database.close()
    own = Database.open(url, KeyFile(copy), utc_now)
    yield own
    own.close()


@pytest.fixture
def enrolled(database: Database) -> Database:
    for number in range(SUBJECTS):
        add(database, name_of(number), template(number))
    return database


def name_of(number: int) -> SubjectId:
    return SubjectId(f"subject {number}")


def file_of_keys(database: Database) -> KeyFile:
    source = database.master_keys.source
    assert isinstance(source, KeyFile)
    return source


@contextmanager
def another_server(database: Database) -> Iterator[Database]:
    """What another process has: its own connections, and its own reading of the key file."""
    server = Database.open(database.engine.url, KeyFile(file_of_keys(database).path), utc_now)
    try:
        yield server
    finally:
        server.close()


def used_keys(database: Database) -> dict[str, int]:
    with Session(database.engine) as session:
        return rows_by_master_key(session)


def require_all_readable(database: Database, subjects: int = SUBJECTS) -> None:
    with database.unit_of_work("test") as work:
        found = {subject_id: got.embedding for _, subject_id, got in work.subjects.templates()}
        work.audit.verify()
    assert len(found) == subjects
    for number in range(subjects):
        np.testing.assert_array_equal(found[name_of(number)], template(number).embedding)


def key_changes(database: Database) -> list[AuditEntry]:
    with database.unit_of_work("test") as work:
        entries = work.audit.page(limit=1000)
    return [entry for entry in entries if entry.event.action is AuditAction.CHANGE_KEYS]


def test_everything_is_sealed_with_a_new_key(enrolled: Database) -> None:
    (before,) = enrolled.master_keys.ids()
    assert used_keys(enrolled) == {before: SUBJECTS + OWN_ROWS}
    seen: list[tuple[int, int]] = []
    done = rotate(enrolled, "ada", NOW, lambda _, done, total: seen.append((done, total)))
    assert (done.is_new, done.resealed, done.left) == (True, SUBJECTS + OWN_ROWS, 0)
    assert enrolled.master_keys.ids() == [done.key_id, before]
    assert used_keys(enrolled) == {done.key_id: SUBJECTS + OWN_ROWS}
    assert seen[-1] == (SUBJECTS + OWN_ROWS, SUBJECTS + OWN_ROWS)
    assert seen == sorted(seen)
    require_all_readable(enrolled)


def test_a_rotation_is_recorded_by_names_alone(enrolled: Database) -> None:
    done = rotate(enrolled, "ada", NOW)
    (entry,) = key_changes(enrolled)
    assert entry.event.actor == "ada"
    assert entry.event.details == {
        "change": "rotate master key",
        "key": done.key_id,
        "resealed": SUBJECTS + OWN_ROWS,
    }


def test_servers_go_on_enrolling_and_reading(enrolled: Database) -> None:
    ended = threading.Event()
    failed: list[BaseException] = []
    added = SUBJECTS

    def serve() -> None:
        nonlocal added
        try:
            with another_server(enrolled) as server:
                while not ended.is_set():
                    add(server, name_of(added), template(added))
                    added += 1
                    with server.unit_of_work("test") as work:
                        assert len(list(work.subjects.templates())) == added
        except BaseException as error:  # noqa: BLE001 it is raised where the test sees it
            failed.append(error)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        made = [rotate(enrolled, "test", NOW).key_id for _ in range(3)]
    finally:
        ended.set()
        thread.join()
    assert not failed, failed
    assert added > SUBJECTS, "somebody was enrolled meanwhile"
    last = rotate(enrolled, "test", NOW)
    assert set(used_keys(enrolled)) == {last.key_id}
    assert len({*made, last.key_id}) >= 3
    require_all_readable(enrolled, added)


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 8, SUBJECTS])
def test_a_rotation_that_was_killed_is_finished_by_the_next(
    enrolled: Database, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    """Killed in the midst of a batch: that one is taken back as a whole."""
    (old,) = enrolled.master_keys.ids()
    sealed = 0
    real = rotation._reseal_one

    def seal_and_die(*given: object) -> object:
        nonlocal sealed
        sealed += 1
        if sealed > rows:
            raise KilledError
        return real(*given)  # type: ignore[arg-type] # they are passed on as they came

    with monkeypatch.context() as patched:
        patched.setattr(rotation, "_reseal_one", seal_and_die)
        with pytest.raises(KilledError):
            rotate(enrolled, "test", NOW)
    new = enrolled.master_keys.current_id
    left = used_keys(enrolled)[old]
    assert 0 < left <= SUBJECTS + OWN_ROWS
    require_all_readable(enrolled)
    done = rotate(enrolled, "test", NOW)
    assert (done.key_id, done.is_new, done.resealed) == (new, False, left)
    assert used_keys(enrolled) == {new: SUBJECTS + OWN_ROWS}
    assert enrolled.master_keys.ids() == [new, old]
    require_all_readable(enrolled)


def test_a_kill_right_after_the_new_key_was_made_costs_nothing(enrolled: Database) -> None:
    file_of_keys(enrolled).add()
    new = enrolled.master_keys.current_id
    done = rotate(enrolled, "test", NOW)
    assert (done.key_id, done.is_new, done.left) == (new, False, 0)
    require_all_readable(enrolled)


def test_two_rotations_at_once_share_the_work(enrolled: Database) -> None:
    start = threading.Barrier(2)
    failed: list[BaseException] = []

    def turn() -> None:
        try:
            with another_server(enrolled) as server:
                start.wait()
                rotate(server, "test", NOW)
        except BaseException as error:  # noqa: BLE001 it is raised where the test sees it
            failed.append(error)

    threads = [threading.Thread(target=turn) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed
    require_all_readable(enrolled)
    rotate(enrolled, "test", NOW)
    assert len(used_keys(enrolled)) == 1
    assert set(used_keys(enrolled)) <= set(enrolled.master_keys.ids())


def test_a_row_that_changed_meanwhile_is_not_overwritten(
    enrolled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading a batch and writing it, its subject is enrolled anew with another key."""
    real = rotation._reseal_one
    newest: dict[int, bytes] = {}

    def change_first(*given: object) -> object:
        anew = real(*given)  # type: ignore[arg-type] # they are passed on as they came
        kind, row = given[1], given[3]
        if kind is rotation._SUBJECT_KEYS and not newest:
            assert isinstance(row, str)
            with enrolled.engine.begin() as connection:
                newest[int(row)] = b"what another process wrote"
                connection.execute(
                    update(SubjectKeyRow)
                    .where(SubjectKeyRow.subject_key == int(row))
                    .values(sealed=newest[int(row)], master_key_id=enrolled.master_keys.current_id)
                )
        return anew

    monkeypatch.setattr(rotation, "_reseal_one", change_first)
    rotate(enrolled, "test", NOW)
    with Session(enrolled.engine) as session:
        rows = session.execute(select(SubjectKeyRow.subject_key, SubjectKeyRow.sealed)).all()
    stored = {row.subject_key: row.sealed for row in rows}
    ((changed, expected),) = newest.items()
    assert stored[changed] == expected


def test_a_row_that_does_not_open_is_named(enrolled: Database) -> None:
    with enrolled.engine.begin() as connection:
        connection.execute(
            update(SubjectKeyRow)
            .where(SubjectKeyRow.subject_key == 9)
            .values(sealed=b"\x01" + bytes(60))
        )
    with pytest.raises(TamperedError, match="row 9 of subject_keys"):
        rotate(enrolled, "test", NOW)


def test_given_keys_are_rotated_by_whoever_gives_them(enrolled: Database) -> None:
    (old,) = file_of_keys(enrolled).load()
    new = new_key()

    def reopened(*keys: bytes) -> Database:
        text = " ".join(base64.b64encode(key).decode() for key in keys)
        given = MasterKeys(GivenKeys(text, "a test"))
        with enrolled.engine.begin() as connection:
            return Database(enrolled.engine, Vault.unlock(connection, given, NOW))

    same = rotate(reopened(old), "test", NOW)
    assert (same.is_new, same.resealed, same.left) == (False, 0, 0)
    assert not key_changes(enrolled), "nothing was done, nothing is recorded"
    both = reopened(new, old)
    done = rotate(both, "test", NOW)
    assert (done.is_new, done.resealed, done.left) == (False, SUBJECTS + OWN_ROWS, 0)
    retired = retire(both, "test", NOW)
    assert (retired.by_hand, len(retired.key_ids)) == (True, 1)
    require_all_readable(reopened(new))


def test_a_retirement_that_is_killed_drops_no_key_without_a_word(
    enrolled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    (old,) = enrolled.master_keys.ids()
    rotate(enrolled, "test", NOW)
    keep = KeyFile.keep

    def killed_afterwards(keys: KeyFile, ids: list[str]) -> None:
        keep(keys, ids)
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(KeyFile, "keep", killed_afterwards)
        with pytest.raises(KilledError):
            retire(enrolled, "test", NOW)
    assert old not in enrolled.master_keys.ids()
    last = key_changes(enrolled)[-1].event
    assert last.details == {"change": "retire master keys", "keys": old}


def test_a_key_that_is_needed_is_not_retired(enrolled: Database) -> None:
    (old,) = enrolled.master_keys.ids()
    with pytest.raises(InvalidRequestError, match="no old master key"):
        retire(enrolled, "test", NOW)
    file_of_keys(enrolled).add()
    needed = f"{SUBJECTS + OWN_ROWS} rows need {old}"
    with pytest.raises(InvalidRequestError, match=needed):
        retire(enrolled, "test", NOW)
    assert old in enrolled.master_keys.ids()
    new = rotate(enrolled, "test", NOW).key_id
    retired = retire(enrolled, "ada", NOW)
    assert (retired.key_ids, retired.by_hand) == ((old,), False)
    assert KeyFile(file_of_keys(enrolled).path).load() == file_of_keys(enrolled).load()
    assert enrolled.master_keys.ids() == [new]
    require_all_readable(enrolled)
    with another_server(enrolled) as server:
        require_all_readable(server)
    assert key_changes(enrolled)[-1].event.details == {"change": "retire master keys", "keys": old}


def test_a_retirement_waits_for_who_is_being_enrolled(enrolled: Database) -> None:
    """Their key may be sealed with the old one, and not be seen yet."""
    rotate(enrolled, "test", NOW)
    ended: list[str] = []

    def end() -> None:
        retire(enrolled, "test", NOW)
        ended.append("retirement")

    thread = threading.Thread(target=end)
    with alone(enrolled.engine):  # what an enrollment holds
        thread.start()
        thread.join(0.3)
        assert not ended
        ended.append("enrollment")
    thread.join()
    assert ended == ["enrollment", "retirement"]


def test_a_copy_from_before_does_not_open_with_what_is_left(
    enrolled: Database, tmp_path: Path
) -> None:
    keys = file_of_keys(enrolled)
    old_keys = tmp_path / "old.key"
    shutil.copy(keys.path, old_keys)
    with copied(enrolled, tmp_path) as url:
        rotate(enrolled, "test", NOW)
        still = Database.open(url, keys, utc_now)
        require_all_readable(still)
        still.close()
        retire(enrolled, "test", NOW)
        with pytest.raises(KeyMissingError, match="restore it from its backup"):
            Database.open(url, KeyFile(keys.path), utc_now)
        with_old = Database.open(url, KeyFile(old_keys), utc_now)
        require_all_readable(with_old)
        with_old.close()
    require_all_readable(enrolled)


@contextmanager
def copied(database: Database, folder: Path) -> Iterator[URL]:
    """Copy the raw database, as a thief or a snapshot of the disk does."""
    database.close()
    path = file_of(database.engine.url)
    if path is not None:
        shutil.copy(path, folder / "copy.db")
        yield sqlite_url(folder / "copy.db")
        return
    with fresh_postgres(database.engine.url.database) as url:
        yield url


def test_a_new_key_signs_and_the_old_one_still_checks(enrolled: Database) -> None:
    rotate(enrolled, "test", NOW)  # anything that is recorded
    before = enrolled.signing_keys.current()
    kid = roll_over(enrolled, "ada", NOW)
    assert kid != before.kid
    with another_server(enrolled) as server:
        assert server.signing_keys.current().kid == kid
        by_kid = {key.kid: key for key in server.signing_keys.public_keys()}
        assert by_kid.keys() == {kid, before.kid}
        assert by_kid[before.kid].retired_at == NOW
        assert by_kid[kid].retired_at is None
        rotate(server, "test", NOW)
        require_all_readable(server)  # which checks the log that both have signed
    assert {"change": "roll over signing key", "key": kid} in [
        entry.event.details for entry in key_changes(enrolled)
    ]


def test_of_two_roll_overs_at_once_one_key_is_left_to_sign(database: Database) -> None:
    threads = [
        threading.Thread(target=roll_over, args=(database, "test", utc_now())) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    dates = report_keys(database).signing_keys
    assert len(dates) == 5
    assert sum(key.retired_at is None for key in dates) == 1


def test_the_report_names_keys_and_shows_none(enrolled: Database) -> None:
    (old,) = enrolled.master_keys.ids()
    file_of_keys(enrolled).add()
    add(enrolled, name_of(SUBJECTS), template(SUBJECTS))
    with enrolled.engine.begin() as connection:
        connection.execute(
            update(SubjectKeyRow)
            .where(SubjectKeyRow.subject_key == 3)
            .values(master_key_id="0" * 16)
        )
    report = report_keys(enrolled)
    new = enrolled.master_keys.current_id
    assert [(key.key_id, key.seals, key.is_given, key.rows) for key in report.master_keys] == [
        (new, True, True, 1),
        (old, False, True, SUBJECTS + OWN_ROWS - 1),
        ("0" * 16, False, False, 1),
    ]
    assert report.transform is None
    secrets = [*file_of_keys(enrolled).load(), enrolled.signing_keys.current().private]
    for secret in secrets:
        assert secret.hex() not in repr(report)
        assert base64.b64encode(secret).decode() not in repr(report)


def test_what_was_learned_opens_with_the_new_key(database: Database) -> None:
    learn(database)
    before = stored(database)
    rotate(database, "test", NOW)
    retire(database, "test", NOW)
    assert [each.origin for each in stored(database)] == [each.origin for each in before]
