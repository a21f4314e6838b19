"""Files that several processes share: known by their content, locked, written in one step."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_POLL_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Content:
    """What a file has to be. size: in bytes, None where it is not known."""

    sha256: str
    size: int | None = None

    def is_in(self, path: Path) -> bool:
        """Tell whether *path* is a file of this content."""
        return (
            path.is_file()
            and self.size in (None, path.stat().st_size)
            and sha256_of(path) == self.sha256
        )


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal, without holding the file in memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_atomically(path: Path, data: bytes) -> None:
    """Write beside *path* and move there in one step, so that a reader sees a whole file."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def locked(path: Path, while_waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock file *path*; the system frees it when the process ends, however it ends.

    while_waiting: called ten times a second while another process holds it; may raise to give up.
    """
    descriptor = _acquire(path, while_waiting)
    try:
        yield
    finally:
        # Windows keeps the empty file: one that is open cannot be removed there.
        with suppress(PermissionError):
            path.unlink(missing_ok=True)
        os.close(descriptor)


def _acquire(path: Path, while_waiting: Callable[[], None]) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while not _try_lock(descriptor):
                while_waiting()
                time.sleep(_POLL_S)
            # Whoever held it removed it: then somebody else may hold a new file of that name.
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), path.stat()):
                    return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
