"""The master keys, which seal every other key; they never stand in the database.

The first key seals, the others only open: that is how a rotation goes on while servers run.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, final

from mien.errors import InsecureError, KeyMissingError, StorageError
from mien.storage.envelope import KEY_BYTES, new_key, seal, unseal

_COMMENT: Final = "#"
_HEADER: Final = (
    "# Master keys of mien. Keep a copy of this file where the database's backups are not:\n"
    "# without it no template can be read, ever. The first key seals, the others only open.\n"
)
_COMMAND_TIMEOUT_S: Final = 30

_Version = tuple[int, int, int]
"""Of a file: time, inode and size."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed secret, and which master key opens it."""

    data: bytes
    master_key_id: str


class KeySource(Protocol):
    """Where master keys come from."""

    def load(self) -> Sequence[bytes]:
        """Return the keys as they are now, the sealing one first; cheap to call often."""
        ...

    def ensure(self) -> bool:
        """Make a first key where there is none, and tell so; only for a database without data."""
        ...


@final
class MasterKeys:
    """Seals and opens other keys."""

    def __init__(self, source: KeySource) -> None:
        """Take a source; it is asked again for a key not known: rotation needs no restart."""
        self.source: Final = source
        self._known: dict[str, bytes] = {}

    @property
    def current_id(self) -> str:
        """The name of the key that seals."""
        return key_id(self.source.load()[0])

    def ids(self) -> list[str]:
        """Return the names of all keys, the sealing one first."""
        return [key_id(key) for key in self.source.load()]

    def seal(self, secret: bytes, about: bytes) -> Sealed:
        """Seal with the current key."""
        key = self.source.load()[0]
        return Sealed(seal(key, secret, about), key_id(key))

    def unseal(self, sealed: Sealed, about: bytes) -> bytes:
        """Open with the key that sealed; raise KeyMissingError or TamperedError."""
        key = self._known.get(sealed.master_key_id)
        if key is None:
            self._known = {key_id(key): key for key in self.source.load()}
            key = self._known.get(sealed.master_key_id)
        if key is None:
            raise KeyMissingError(
                f"the database is sealed with master key {sealed.master_key_id}, which is not "
                f"among the {len(self._known)} that mien was given: restore it from its backup"
            )
        return unseal(key, sealed.data, about)


def key_id(key: bytes) -> str:
    """Return the public name of a key: the first 16 hex digits of a hash of it."""
    return hashlib.sha256(b"mien master key" + key).hexdigest()[:16]


def parse_keys(text: str, origin: str) -> tuple[bytes, ...]:
    """Read keys, 32 bytes each in base64, apart by white space; raise KeyMissingError."""
    lines = (line for line in text.splitlines() if not line.startswith(_COMMENT))
    keys = []
    for word in " ".join(lines).split():
        try:
            key = base64.b64decode(word, validate=True)
        except (binascii.Error, ValueError) as error:
            raise KeyMissingError(f"a master key in {origin} is not base64") from error
        if len(key) != KEY_BYTES:
            raise KeyMissingError(f"a master key in {origin} has {len(key)} bytes, not {KEY_BYTES}")
        keys.append(key)
    if not keys:
        raise KeyMissingError(
            f"there is no master key in {origin}: restore it, or make one with\n"
            '  python -c "import base64, os; print(base64.b64encode(os.urandom(32)).decode())"'
        )
    return tuple(keys)


@final
class GivenKeys:
    """Keys from the environment, or from a command that asks a key service."""

    def __init__(self, text: str, origin: str) -> None:
        """Read the keys; raise KeyMissingError."""
        self._keys: Final = parse_keys(text, origin)

    @classmethod
    def of_command(cls, command: str) -> GivenKeys:
        """Run a command that prints the keys, as a KMS or a vault can; raise KeyMissingError."""
        try:
            done = subprocess.run(  # noqa: S602 it is the operator's own command line
                command, shell=True, check=False, timeout=_COMMAND_TIMEOUT_S, stdout=subprocess.PIPE
            )
        except subprocess.TimeoutExpired:
            # Not its own message, nor as the cause: it spells out the command and what it printed.
            raise KeyMissingError(
                f"MIEN_MASTER_KEY_COMMAND did not end within {_COMMAND_TIMEOUT_S} s"
            ) from None
        if done.returncode:
            raise KeyMissingError(f"MIEN_MASTER_KEY_COMMAND failed with status {done.returncode}")
        return cls(done.stdout.decode("ascii", "replace"), "the output of MIEN_MASTER_KEY_COMMAND")

    def load(self) -> Sequence[bytes]:
        """Return the keys."""
        return self._keys

    def ensure(self) -> bool:
        """Make none: they were given."""
        return False


@final
class KeyFile:
    """Keys in a file that nobody else may read; read again when it changes."""

    def __init__(self, path: Path) -> None:
        """Take a path; nothing is read yet."""
        self.path: Final = path
        # In one value, so that no thread sees the keys of one version under another.
        self._read: tuple[_Version, tuple[bytes, ...]] | None = None

    def exists(self) -> bool:
        """Tell whether there is such a file."""
        return self.path.exists()

    def load(self) -> Sequence[bytes]:
        """Return the keys; raise KeyMissingError, or InsecureError for a file others can read."""
        try:
            read, version = self._read, _version(self.path.stat())
            if read is not None and read[0] == version:
                return read[1]
            with self.path.open("rb") as file:
                found = os.fstat(file.fileno())
                text = file.read().decode("ascii", "replace")
        except OSError as error:
            raise KeyMissingError(
                f"the master key file {self.path} cannot be used ({error.strerror}): restore it "
                "from its backup. Without it the templates in the database cannot be read"
            ) from error
        self._require_private(found)
        keys = parse_keys(text, str(self.path))
        self._read = (_version(found), keys)
        return keys

    def ensure(self) -> bool:
        """Write a first key; a file that is there is never replaced."""
        if self.path.exists():
            return False
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._changing():
            if self.path.exists():  # another process was faster
                return False
            self._write([new_key()])
        return True

    def add(self) -> None:
        """Put a new key before the others: from now on it seals. Raises StorageError."""
        with self._changing():
            self._write([new_key(), *self.load()])

    def keep(self, ids: Sequence[str]) -> None:
        """Drop every key but these and the one that seals. Raises StorageError."""
        with self._changing():
            first, *others = self.load()
            self._write([first, *(key for key in others if key_id(key) in ids)])

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Let one process at a time change the file: a key that another drops is lost for good."""
        lock = self.path.with_name(f".{self.path.name}.lock")
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                _lock(descriptor)
                yield
            finally:
                os.close(descriptor)  # which frees it, as does the end of the process
        except OSError as error:
            raise StorageError(
                f"the master key file {self.path} cannot be changed ({error.strerror}): its folder "
                "has to be writable, and the file no mount of its own"
            ) from error

    def _write(self, keys: Sequence[bytes]) -> None:
        """Replace the file as a whole: a crash leaves the old one or the new one."""
        draft = self.path.with_name(f".{self.path.name}.draft")
        draft.unlink(missing_ok=True)  # a process that was killed left its keys there
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(_HEADER + "".join(map(_line, keys)))
                file.flush()
                os.fsync(file.fileno())
            self._keep_owner(draft)
            draft.replace(self.path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        if os.name == "posix":  # the new name is on the disk before anything is sealed with it
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _keep_owner(self, draft: Path) -> None:
        """Let the server read what root has written for it."""
        if sys.platform != "win32" and self.path.exists():
            old, new = self.path.stat(), draft.stat()
            if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
                os.chown(draft, old.st_uid, old.st_gid)

    def _require_private(self, found: os.stat_result) -> None:
        if os.name == "posix" and stat.S_IMODE(found.st_mode) & 0o077:
            raise InsecureError(
                f"others can read the master key file {self.path}: chmod 600 {self.path}, and "
                "rotate the key if they may have"
            )


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _version(found: os.stat_result) -> _Version:
    return found.st_mtime_ns, found.st_ino, found.st_size


def _line(key: bytes) -> str:
    return base64.b64encode(key).decode() + "\n"
