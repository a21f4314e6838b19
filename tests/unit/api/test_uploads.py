"""Uploads are private, and gone when their server is, however it ended."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mien.api.uploads import Uploads
from mien.errors import StorageError

SERVER = """
import pathlib, sys, time
from mien.api.uploads import Uploads
uploads = Uploads(pathlib.Path(sys.argv[1]))
path, file = uploads.create()
file.write(b"a video")
print(path, flush=True)
time.sleep(600)
"""


def test_only_the_owner_may_read_an_upload(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads")
    path, file = uploads.create()
    with file:
        assert file.write(b"a video") == 7
    assert path.read_bytes() == b"a video"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    uploads.close()


def test_nothing_is_made_before_there_is_an_upload(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads")
    uploads.delete_leftovers()
    uploads.close()
    assert not list(tmp_path.iterdir())


def test_a_server_that_ends_leaves_nothing(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads")
    for _ in range(2):
        uploads.create()[1].close()
    uploads.close()
    assert not list((tmp_path / "uploads").iterdir())


def test_what_a_killed_server_left_is_deleted_and_what_a_running_one_has_is_not(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "uploads"
    process = subprocess.Popen([sys.executable, "-c", SERVER, folder], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        left = Path(process.stdout.readline().decode().strip())
        Uploads(folder).delete_leftovers()
        assert left.read_bytes() == b"a video"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert left.exists()
        Uploads(folder).delete_leftovers()
        assert not list(folder.iterdir())
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "uploads").write_text("no folder")
    with pytest.raises(StorageError, match="cannot be kept"):
        Uploads(tmp_path / "uploads").create()
