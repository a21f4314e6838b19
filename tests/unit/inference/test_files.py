from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from mien.inference.files import Content, locked, sha256_of, write_atomically

HOLD = (
    "import sys, time; from pathlib import Path; from mien.inference.files import locked\n"
    "with locked(Path(sys.argv[1]), lambda: None):\n"
    "    print('held', flush=True); time.sleep(60)"
)


class GaveUpError(Exception):
    pass


def give_up() -> None:
    raise GaveUpError


def test_a_content_is_its_size_and_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert not Content("0" * 64).is_in(path)
    write_atomically(path, b"content")
    sha256 = sha256_of(path)

    assert Content(sha256).is_in(path)
    assert Content(sha256, 7).is_in(path)
    assert not Content(sha256, 8).is_in(path)
    assert not Content("0" * 64, 7).is_in(path)
    assert not Content(sha256).is_in(tmp_path)


def test_one_at_a_time_holds_a_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    inside = 0
    seen = []

    def work() -> None:
        nonlocal inside
        for _ in range(5):
            with locked(path, lambda: None):
                inside += 1
                seen.append(inside)
                time.sleep(0.001)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [1] * 20
    assert list(tmp_path.iterdir()) == []


def test_who_waits_may_give_up(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "lock", lambda: None),
        pytest.raises(GaveUpError),
        locked(tmp_path / "lock", give_up),
    ):
        pass


def test_a_process_that_is_killed_blocks_nobody(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(GaveUpError), locked(path, give_up):
            pass
        holder.kill()
    assert path.exists()

    with locked(path, give_up):
        pass
    assert not path.exists()


def test_an_interrupted_write_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_atomically(tmp_path / "file", b"before")

    def interrupt(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "file", b"after")

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"file": b"before"}
