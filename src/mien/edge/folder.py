"""A folder that is written beside its place and moved there whole, with who is enrolled in it."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mien.edge.manifest import FORMAT
from mien.errors import InvalidRequestError, StorageError

GALLERY: Final = "gallery"
_OWN: Final = frozenset({"runner.py", "README.md", "manifest.json", "models", GALLERY})
_OLDER: Final = frozenset({"faces.py", "gallery.py", "__pycache__"})
"""All that an export and its programs write; a folder with anything else is left alone."""


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Hand out a fresh folder that takes the place of *folder* at the end, or none on an error.

    An older export there is replaced, but for its gallery. Raises InvalidRequestError where
    *folder* holds anything else, and StorageError.
    """
    folder = folder.resolve()
    fresh, old = (folder.with_name(f".{folder.name}.{secrets.token_hex(4)}") for _ in range(2))
    try:
        _require_replaceable(folder)
        fresh.mkdir(parents=True)
        yield fresh
        if (folder / GALLERY).is_dir():
            shutil.copytree(folder / GALLERY, fresh / GALLERY)
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    except OSError as error:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise StorageError(f"{folder} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def _require_replaceable(folder: Path) -> None:
    if not folder.exists():
        return
    refused = InvalidRequestError(
        f"{folder} is there and is no export, or has files beside one: name a new or empty folder"
    )
    if not folder.is_dir():
        raise refused
    names = {path.name for path in folder.iterdir()}
    if names and not (names <= _OWN | _OLDER and _is_export(folder)):
        raise refused


def _is_export(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and str(manifest.get("format")).startswith(
        FORMAT.rpartition(" ")[0]
    )
