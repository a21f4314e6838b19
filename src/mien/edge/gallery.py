"""A folder with a file for each enrolled person: embeddings, unencrypted, for its owner only.

`mien export edge` copies this file. It needs numpy.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from mien.edge.faces import EdgeError, Floats
else:  # beside this file, wherever that is
    from faces import EdgeError, Floats

NAME: Final = re.compile(r"[\w.@+:-](?:[\w.@+: -]{0,126}[\w.@+:-])?")


class Subject(NamedTuple):
    """An enrolled person. contract: of the models that made the samples, [n, dimension]."""

    name: str
    contract: str
    samples: Floats


class Gallery:
    """The subjects in a folder, which comes with the first of them."""

    def __init__(self, folder: Path) -> None:
        """Take the folder."""
        self._folder = folder

    def read_all(self) -> list[Subject]:
        """Return all subjects, by name; raise EdgeError."""
        subjects = [self._read(path) for path in self._folder.glob("*.npz")]
        return sorted(subjects, key=lambda subject: subject.name)

    def find(self, name: str) -> Subject | None:
        """Return a subject by name; raise EdgeError."""
        path = self._path(name)
        return self._read(path) if path.exists() else None

    def add(self, subject: Subject) -> None:
        """Write a new subject's file in one step, readable by its owner only."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            descriptor, path = tempfile.mkstemp(dir=folder)
            with os.fdopen(descriptor, "wb") as file:
                name, contract, samples = subject
                np.savez(file, name=name, contract=contract, samples=samples)
                file.flush()
                os.fsync(file.fileno())
            Path(path).replace(self._path(subject.name))

    def erase(self, name: str) -> None:
        """Delete a subject, even one whose file is damaged; raise EdgeError."""
        try:
            self._path(name).unlink()
        except FileNotFoundError as error:
            raise EdgeError("UNKNOWN_SUBJECT", f"nobody is enrolled as {name}") from error

    def _path(self, name: str) -> Path:
        # The name itself may hold more than a file's name can.
        if not NAME.fullmatch(name):
            rule = "a name is 1 to 128 letters, digits, inner spaces or any of . _ @ + : -"
            raise EdgeError("INVALID_REQUEST", rule)
        return self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.npz"

    def _read(self, path: Path) -> Subject:
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                name, contract = str(stored["name"]), str(stored["contract"])
                return Subject(name, contract, stored["samples"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise EdgeError("STORAGE_UNUSABLE", f"{path} cannot be read: delete it") from error
