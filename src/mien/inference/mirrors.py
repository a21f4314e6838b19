"""Mirrors: where models are taken from instead of the web, for sites without one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, final
from urllib.parse import urlsplit

from mien.errors import InvalidRequestError, ModelMissingError, WeightsCorruptError
from mien.inference.download import MAX_BYTES, without_password
from mien.inference.files import Content
from mien.inference.model import Model
from mien.inference.sources import source_file

_SCHEMES: Final = ("http", "https")


@final
@dataclass(frozen=True, slots=True)
class UrlMirror:
    """A folder on a web server, flat: a copy of a data folder's `models/sources` will do."""

    base: str

    def urls(self, model: Model) -> tuple[str, ...]:
        """Return where the model's source may be, likeliest first."""
        return tuple(f"{self.base.rstrip('/')}/{name}" for name in _names(model))

    def __str__(self) -> str:
        """Return the URL without a password."""
        return without_password(self.base)


@final
@dataclass(frozen=True, slots=True)
class FolderMirror:
    """A folder of this machine: a memory stick, a share."""

    folder: Path

    def find(self, model: Model, content: Content) -> Path:
        """Return a file of the wanted content, whatever it is called.

        Raises ModelMissingError, WeightsCorruptError (the model's file is there, but another) and
        OSError.
        """
        if not self.folder.is_dir():
            raise ModelMissingError(f"the mirror {self.folder} is not there: it has to be a folder")
        for path in self._candidates(model):
            if content.is_in(path):
                return path
        for name in _names(model):
            if (self.folder / name).is_file():
                raise WeightsCorruptError(
                    f"{self.folder / name} is not the file with SHA-256 {content.sha256}: "
                    "copy it to the mirror again"
                )
        raise ModelMissingError(
            f"the mirror {self.folder} has no file with SHA-256 {content.sha256}: "
            f"copy {model.source.name} of {model.name} there"
        )

    def _candidates(self, model: Model) -> Iterator[Path]:
        """Yield the file by its names, then every file of its kind."""
        likely = [self.folder / name for name in _names(model)]
        yield from likely
        kind = PurePosixPath(model.source.name).suffix
        for path in sorted(self.folder.iterdir()):
            if path.suffix == kind and path not in likely and path.stat().st_size <= MAX_BYTES:
                yield path

    def __str__(self) -> str:
        """Return the path."""
        return str(self.folder)


Mirror = FolderMirror | UrlMirror


def parse_mirror(text: str) -> Mirror:
    """Return the mirror of a setting: a folder, or an http(s) URL; raise InvalidRequestError."""
    if "://" not in text:
        return FolderMirror(Path(text).expanduser())
    try:
        parts = urlsplit(text)
        valid = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise InvalidRequestError("a mirror of models is a folder, or a URL of http or https")
    return UrlMirror(text)


def _names(model: Model) -> tuple[str, str]:
    """Return the name that mien gives the file, and the one that it has on the web."""
    return source_file(model), model.source.name
