"""Master keys: where they come from, who may read them, and that none is ever lost or told."""

from __future__ import annotations

import base64
import os
import sys
import threading
import traceback
from pathlib import Path

import pytest

from mien.bootstrap.clock import utc_now
from mien.errors import (
    InsecureError,
    KeyMissingError,
    MienError,
    StorageError,
    TamperedError,
)
from mien.storage import master_keys as module
from mien.storage.engines import connect
from mien.storage.envelope import context, new_key
from mien.storage.master_keys import GivenKeys, KeyFile, MasterKeys, Sealed, key_id, parse_keys
from mien.storage.schema import upgrade
from tests.databases import BOTH, fresh_url, open_database
from tests.unit.storage.test_database import add

ABOUT = context("test")
COMMENT = f" # {'-'.join(['token', 's3cr3t'])}"
"""Of a command line; put together, so that no traceback spells it out as source."""


def encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    made = KeyFile(tmp_path / "keys" / "master.key")
    assert made.ensure()
    return made


def test_a_first_key_is_made_once_and_for_its_owner_alone(file: KeyFile) -> None:
    before = file.path.read_bytes()
    assert not file.ensure()
    assert file.path.read_bytes() == before
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o660])
def test_a_file_that_others_can_read_or_write_is_refused(file: KeyFile, mode: int) -> None:
    file.path.chmod(mode)
    with pytest.raises(InsecureError, match="chmod 600"):
        KeyFile(file.path).load()
    file.path.chmod(0o600)
    assert len(KeyFile(file.path).load()) == 1


def test_a_file_that_is_gone_or_no_file_is_missing(file: KeyFile, tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(KeyMissingError, match="from its backup"):
            KeyFile(path).load()
    file.path.unlink()
    with pytest.raises(KeyMissingError):
        file.load()


@pytest.mark.parametrize("kind", BOTH)
def test_no_new_key_is_made_for_a_database_with_data(kind: str, tmp_path: Path) -> None:
    """It would hide that the old one is gone, and stand in the way of its backup."""
    with fresh_url(kind, tmp_path) as url:
        with open_database(url, tmp_path) as database:
            add(database)
        path = tmp_path / "master.key"
        backup = path.rename(tmp_path / "backup.key")
        with pytest.raises(KeyMissingError, match="from its backup"), open_database(url, tmp_path):
            pass
        engine = connect(url)
        upgrade(engine, KeyFile(path), utc_now)
        engine.dispose()
        assert not path.exists()
        backup.rename(path)
        with open_database(url, tmp_path) as database, database.unit_of_work("test") as work:
            assert len(list(work.subjects.templates())) == 1


@pytest.mark.parametrize("kind", BOTH)
def test_the_key_of_another_database_opens_nothing(kind: str, tmp_path: Path) -> None:
    with fresh_url(kind, tmp_path) as url:
        with open_database(url, tmp_path):
            pass
        (tmp_path / "other").mkdir()
        other = KeyFile(tmp_path / "other" / "master.key")
        other.ensure()
        with (
            pytest.raises(KeyMissingError, match="restore it from its backup"),
            open_database(url, tmp_path / "other"),
        ):
            pass


def test_the_first_key_seals_and_the_others_open(file: KeyFile) -> None:
    keys = MasterKeys(file)
    before = keys.seal(b"secret", ABOUT)
    file.add()
    after = keys.seal(b"secret", ABOUT)
    assert [after.master_key_id, before.master_key_id] == keys.ids()
    assert keys.current_id == after.master_key_id
    assert keys.unseal(before, ABOUT) == keys.unseal(after, ABOUT) == b"secret"


def test_a_running_server_follows_a_file_that_another_process_changed(file: KeyFile) -> None:
    server = MasterKeys(KeyFile(file.path))
    assert len(server.ids()) == 1
    file.add()
    sealed = MasterKeys(file).seal(b"secret", ABOUT)
    assert server.unseal(sealed, ABOUT) == b"secret"
    assert server.current_id == sealed.master_key_id


def test_only_keys_that_are_still_needed_are_kept(file: KeyFile) -> None:
    file.add()
    file.add()
    newest, middle, oldest = map(key_id, file.load())
    file.keep([oldest])
    assert [key_id(key) for key in KeyFile(file.path).load()] == [newest, oldest]
    file.keep([])
    assert [key_id(key) for key in KeyFile(file.path).load()] == [newest]
    assert middle not in (newest, oldest)


def test_keys_that_are_added_at_once_are_all_there(file: KeyFile) -> None:
    """Whatever was sealed with a key that another process overwrote could never be opened."""
    added: list[str] = []

    def add_one() -> None:
        mine = KeyFile(file.path)
        mine.add()
        added.extend(map(key_id, mine.load()))

    threads = [threading.Thread(target=add_one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = {key_id(key) for key in KeyFile(file.path).load()}
    assert len(kept) == 13
    assert set(added) == kept


def test_a_crash_while_writing_leaves_the_old_keys(
    file: KeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.path.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match="No space left"):
            file.add()
    assert file.path.read_bytes() == before
    assert {path.name for path in file.path.parent.iterdir()} == {
        "master.key",
        ".master.key.lock",
    }
    file.add()
    assert len(file.load()) == 2


def test_keys_that_a_killed_process_left_in_a_draft_go_with_the_next_change(file: KeyFile) -> None:
    draft = file.path.with_name(".master.key.draft")
    draft.write_bytes(file.path.read_bytes()[:-7])
    file.add()
    assert not draft.exists()
    assert len(file.load()) == 2


def test_keys_come_from_the_environment_several_during_a_rotation() -> None:
    first, second = new_key(), new_key()
    given = GivenKeys(f"{encoded(first)}  {encoded(second)}\n", "MIEN_MASTER_KEY")
    assert list(given.load()) == [first, second]
    assert not given.ensure()


def test_keys_come_from_a_command_that_prints_them(tmp_path: Path) -> None:
    first, second = new_key(), new_key()
    printed = tmp_path / "printed"
    printed.write_text(f"# from the vault\n{encoded(first)}\n{encoded(second)}\n")
    assert list(GivenKeys.of_command(f"cat '{printed}'").load()) == [first, second]


@pytest.mark.parametrize(
    "command",
    ["exit 3", "echo {key}; exit 3", "true", "echo not-a-key-{key}", "echo {key} {key}="],
)
def test_a_command_that_fails_or_prints_no_key_tells_no_secret(command: str) -> None:
    """The command line itself may hold a secret, as a vault's token."""
    key = encoded(new_key())
    with pytest.raises(KeyMissingError, match="MIEN_MASTER_KEY_COMMAND") as refused:
        GivenKeys.of_command(command.format(key=key) + COMMENT)
    told = "".join(traceback.format_exception(refused.value)) + repr(refused.value)
    assert key not in told
    assert COMMENT[3:] not in told


def test_a_command_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_COMMAND_TIMEOUT_S", 0.2)
    with pytest.raises(KeyMissingError, match="did not end") as refused:
        GivenKeys.of_command("exec sleep 60" + COMMENT)
    assert COMMENT[3:] not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    "text", ["", "# only words", "%%%", "YQ==", encoded(b"x" * 31), "schlüssel"]
)
def test_what_is_no_key_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(KeyMissingError, match="a test") as refused:
        parse_keys(text, "a test")
    assert not text or text not in str(refused.value)


def test_a_damaged_file_is_refused_without_repeating_it(file: KeyFile) -> None:
    (key,) = file.load()
    file.path.write_text(f"{encoded(key)[:-4]}\n")
    with pytest.raises(KeyMissingError, match=r"master\.key") as refused:
        KeyFile(file.path).load()
    assert encoded(key)[:8] not in "".join(traceback.format_exception(refused.value))


def test_names_and_reprs_tell_no_key(file: KeyFile) -> None:
    (key,) = file.load()
    keys = MasterKeys(file)
    sealed = keys.seal(b"the secret", ABOUT)
    given = GivenKeys(encoded(key), "a test")
    shown = " ".join(map(repr, (file, keys, sealed, given, keys.ids())))
    forms = {encoded(key), key.hex(), repr(key)[2:-1], "the secret"}
    assert not any(form in shown for form in forms)
    for wrong in (
        Sealed(sealed.data[:-1] + b"\0", sealed.master_key_id),
        Sealed(sealed.data, "0" * 16),
    ):
        with pytest.raises((TamperedError, KeyMissingError)) as refused:
            keys.unseal(wrong, ABOUT + b"another")
        assert isinstance(refused.value, MienError)
        assert not any(form in repr(refused.value) for form in forms)


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root can give files away"
)
def test_a_file_that_root_changes_stays_its_owners(file: KeyFile) -> None:
    os.chown(file.path, 4242, 4343)
    file.add()
    found = file.path.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (4242, 4343, 0o600)
