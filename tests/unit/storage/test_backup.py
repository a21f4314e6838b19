"""What a backup holds, what it does not, and how it comes into being."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from mien.core.audit import AuditAction, AuditEvent
from mien.core.template import SubjectId
from mien.errors import StorageError, TamperedError
from mien.storage.backup import back_up
from mien.storage.database import Database
from tests.stored import (
    ADA,
    API_KEY,
    BOB,
    EVE,
    NOW,
    PURPOSE,
    InterruptionError,
    embedding,
    enroll,
    erase,
    fill,
    rows_of,
    run,
)


def count(path: Path, table: str) -> int:
    with sqlite3.connect(path) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 a test's own words


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_is_two_files_that_only_the_owner_reads(
    database: Database, tmp_path: Path
) -> None:
    fill(database)
    made = back_up(database, tmp_path / "backups", "test", NOW)
    assert made.data == tmp_path / "backups" / "mien-2026-05-01T12-30-00Z.backup"
    assert made.subjects == 2
    assert names_in(tmp_path / "backups") == [
        "KEYS-README.txt",
        "keys.backup",
        "mien-2026-05-01T12-30-00Z.backup",
    ]
    for path in (made.data, made.keys):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_backup_holds_all_but_keys_and_sessions(database: Database, tmp_path: Path) -> None:
    fill(database)
    entries = len(rows_of(database, "audit_entries"))
    made = back_up(database, tmp_path / "backups", "test", NOW)
    assert made.data is not None
    assert count(made.data, "audit_entries") == entries > 0
    for table in (
        "subjects",
        "templates",
        "expression_records",
        "profiles",
        "subject_passwords",
        "reviews",
        "gallery_changes",
        "secrets",
        "audit_head",
        "seen_images",
        "failures",
        "api_keys",
        "operators",
    ):
        assert count(made.data, table) == len(rows_of(database, table)) > 0, table
    with sqlite3.connect(made.data) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert tables.isdisjoint(
        {"subject_keys", "consents", "subject_groups", "signing_keys", "refresh_tokens"}
    )
    assert count(made.keys, "consents") == 2


def test_no_file_says_who_is_enrolled_or_how_they_look(database: Database, tmp_path: Path) -> None:
    fill(database)
    made = back_up(database, tmp_path / "backups", "test", NOW)
    assert made.data is not None
    for path in (made.data, made.keys):
        written = path.read_bytes()
        for secret in (
            ADA.encode(),
            PURPOSE.encode(),
            API_KEY.encode(),
            embedding(1).tobytes(),
            b"research",
            b"30-39",
        ):
            assert secret not in written
    assert len(rows_of(database, "subjects")) == 2  # whose rows do say it:
    assert ADA in {row[1] for row in rows_of(database, "subjects")}


def test_a_backup_shows_one_moment_though_others_write(database: Database, tmp_path: Path) -> None:
    fill(database)
    written: list[str] = []

    def write_meanwhile(what: str, done: int, total: int) -> None:  # noqa: ARG001 the port's form
        if what.startswith("writing") and what not in written:
            written.append(what)
            enroll(database, SubjectId(f"new-{len(written)}"), len(written))
            if BOB in {row[1] for row in rows_of(database, "subjects")}:
                erase(database, BOB)

    made = back_up(database, tmp_path / "backups", "test", NOW, progress=write_meanwhile)
    assert made.data is not None
    assert len(written) > 5  # so the database moved on between all of the tables
    assert count(made.data, "subjects") == 2
    assert count(made.data, "templates") == 3
    assert count(made.data, "audit_entries") == 2
    assert count(made.keys, "subject_keys") == 2


def test_the_keys_are_those_of_who_is_enrolled_now(database: Database, tmp_path: Path) -> None:
    fill(database)
    back_up(database, tmp_path, "test", NOW)
    erase(database, ADA)
    enroll(database, EVE, 4)
    made = back_up(database, tmp_path, "test", NOW + timedelta(days=1))
    with sqlite3.connect(made.keys) as connection:
        kept = {row[0] for row in connection.execute("SELECT pseudonym FROM subject_keys")}
    assert kept == {row[2] for row in rows_of(database, "subjects")}
    assert len([name for name in names_in(tmp_path) if name.startswith("keys")]) == 1


def test_the_keys_alone_are_replaced_after_an_erasure(database: Database, tmp_path: Path) -> None:
    fill(database)
    first = back_up(database, tmp_path / "backups", "test", NOW)
    erase(database, ADA)
    again = back_up(
        database, tmp_path / "backups", "test", NOW + timedelta(hours=1), keys_only=True
    )
    assert again.data is None
    assert again.keys == first.keys
    assert count(again.keys, "subject_keys") == 1
    assert len([name for name in names_in(tmp_path / "backups") if name.startswith("mien")]) == 1


def test_the_keys_may_go_to_another_folder(database: Database, tmp_path: Path) -> None:
    fill(database)
    made = back_up(
        database, tmp_path / "data", "test", NOW, keys=tmp_path / "vault" / "mien-keys.backup"
    )
    assert names_in(tmp_path / "vault") == ["KEYS-README.txt", "mien-keys.backup"]
    assert names_in(tmp_path / "data") == ["mien-2026-05-01T12-30-00Z.backup"]
    assert made.keys == tmp_path / "vault" / "mien-keys.backup"


@pytest.mark.parametrize("at", ["writing templates", "writing signing_keys", "verifying templates"])
def test_a_run_that_fails_leaves_what_was_there(
    database: Database, tmp_path: Path, at: str
) -> None:
    fill(database)
    first = back_up(database, tmp_path / "backups", "test", NOW)
    before = {path.name: path.read_bytes() for path in (tmp_path / "backups").iterdir()}
    with pytest.raises(InterruptionError):
        back_up(
            database,
            tmp_path / "backups",
            "test",
            NOW + timedelta(days=1),
            progress=InterruptionError(at),
        )
    assert {p.name: p.read_bytes() for p in (tmp_path / "backups").iterdir()} == before
    assert first.keys.exists()


def test_a_run_that_was_killed_leaves_nothing_that_looks_like_a_backup(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    program = (
        "import os, pathlib, signal, sys\n"
        "from tests.databases import open_database\n"
        "from tests.stored import NOW, fill\n"
        "from mien.storage.backup import back_up\n"
        "from mien.storage.engines import sqlite_url\n"
        "home = pathlib.Path(sys.argv[1])\n"
        "def stop(what, done, total):\n"
        "    if what == 'writing audit_entries':\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "with open_database(sqlite_url(home / 'mien.db'), home) as database:\n"
        "    fill(database)\n"
        "    back_up(database, home / 'backups', 'test', NOW, progress=stop)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, tmp_path], check=False)
    assert ended.returncode == -signal.SIGKILL
    left = names_in(folder)
    assert left  # it was killed in the middle
    assert list(folder.glob("*.backup")) == []
    assert all(name.startswith(".") and name.endswith(".part") for name in left)


def test_drafts_of_a_killed_run_are_removed_a_day_later(database: Database, tmp_path: Path) -> None:
    fill(database)
    drafts = [tmp_path / ".keys.backup.0a1b2c3d.part", tmp_path / ".mien-x.backup.0a1b2c3d.part"]
    for draft in drafts:
        draft.touch()
        os.utime(draft, ((NOW - timedelta(hours=23)).timestamp(),) * 2)
    back_up(database, tmp_path, "test", NOW)
    assert all(draft.exists() for draft in drafts)  # another run may be at it
    back_up(database, tmp_path, "test", NOW + timedelta(hours=2))
    assert not any(draft.exists() for draft in drafts)


def test_a_second_backup_in_the_same_second_replaces_nothing(
    database: Database, tmp_path: Path
) -> None:
    fill(database)
    made = back_up(database, tmp_path, "test", NOW)
    assert made.data is not None
    before = made.data.read_bytes()
    with pytest.raises(StorageError, match="there already"):
        back_up(database, tmp_path, "test", NOW)
    assert made.data.read_bytes() == before


def test_who_made_a_backup_is_in_the_audit_log(database: Database, tmp_path: Path) -> None:
    fill(database)
    made = back_up(database, tmp_path, "ada", NOW)
    back_up(database, tmp_path, "bob", NOW + timedelta(hours=1), keys_only=True)
    with database.unit_of_work("test") as work:
        first, second = (entry.event for entry in work.audit.page(limit=9, after=2))
        assert work.audit.verify().sequence == 4
    assert first == AuditEvent(
        AuditAction.BACK_UP, NOW, "ada", details={"backup": "data and keys", "subjects": 2}
    )
    assert (second.actor, second.details["backup"]) == ("bob", "keys")
    assert made.data is not None
    assert count(made.data, "audit_entries") == 2  # it is written down once the file is whole


@pytest.mark.parametrize("keys_only", [False, True])
def test_a_backup_that_the_audit_log_cannot_tell_of_is_not_made(
    database: Database, tmp_path: Path, *, keys_only: bool
) -> None:
    fill(database)

    def lose_the_head(what: str, done: int, total: int) -> None:  # noqa: ARG001 the port's form
        if what == "verifying subject_keys":
            run(database, "DELETE FROM audit_head")

    with pytest.raises(TamperedError, match="the head of the audit log is gone"):
        back_up(
            database, tmp_path / "new", "test", NOW, keys_only=keys_only, progress=lose_the_head
        )
    assert names_in(tmp_path / "new") == []


def test_what_could_not_be_restored_is_not_backed_up(database: Database, tmp_path: Path) -> None:
    fill(database)
    run(
        database,
        "DELETE FROM subject_keys WHERE subject_key ="
        " (SELECT key FROM subjects WHERE subject_id = 'bob')",
    )
    with pytest.raises(TamperedError, match="the key of bob is gone"):
        back_up(database, tmp_path / "backups", "test", NOW)
    assert names_in(tmp_path / "backups") == []


def test_a_changed_audit_log_is_not_backed_up(database: Database, tmp_path: Path) -> None:
    fill(database)
    run(database, "UPDATE audit_entries SET actor = 'nobody' WHERE sequence = 1")
    with pytest.raises(TamperedError, match="entry 1"):
        back_up(database, tmp_path / "backups", "test", NOW)
    assert names_in(tmp_path / "backups") == []


def test_a_folder_that_cannot_be_written_is_told(database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="no backup was written"):
        back_up(database, tmp_path / "file", "test", NOW)
