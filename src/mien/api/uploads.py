"""Uploads that a library can only read by a path: private files that no server leaves behind.

Every server has a folder of its own beneath one of the data folder, and holds a lock on it. The
system frees the lock when a server ends, however it ends: what lies in a folder whose lock is
free belongs to nobody, and the next server deletes it.
"""

from __future__ import annotations

import os
import secrets
import shutil
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import BinaryIO, Final, final

from mien.errors import StorageError
from mien.inference.files import locked

_OWNER_ONLY: Final = 0o700
_LOCK: Final = ".lock"


@final
class Uploads:
    """The uploads of one server; nothing is written before the first comes."""

    def __init__(self, folder: Path) -> None:
        """Take the folder that the servers of one data folder share."""
        self._folder: Final = folder
        self._own: Path | None = None
        self._lock: Final = ExitStack()
        self._opening: Final = threading.Lock()

    def delete_leftovers(self) -> None:
        """Delete what servers that were killed have left."""
        for left in list(self._folder.glob("*")) if self._folder.is_dir() else []:
            if left.is_dir():
                with suppress(_HeldError), locked(_lock_of(left), _give_up):
                    shutil.rmtree(left, ignore_errors=True)

    def create(self) -> tuple[Path, BinaryIO]:
        """Return a new empty file that only its owner may read, opened; raise StorageError."""
        try:
            path = self._own_folder() / secrets.token_hex(16)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise StorageError(f"an upload cannot be kept: {error.strerror}") from error
        return path, os.fdopen(descriptor, "wb", buffering=0)

    def close(self) -> None:
        """Delete everything of this server."""
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)
            self._own = None
        self._lock.close()

    def _own_folder(self) -> Path:
        with self._opening:
            if self._own is None:
                self._folder.mkdir(_OWNER_ONLY, parents=True, exist_ok=True)
                own = self._folder / secrets.token_hex(8)
                # Held before there is anything to delete.
                self._lock.enter_context(locked(_lock_of(own), _give_up))
                own.mkdir(_OWNER_ONLY)
                self._own = own
            return self._own


class _HeldError(Exception):
    """Another server is running, and its uploads are its own."""


def _give_up() -> None:
    raise _HeldError


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}{_LOCK}")
