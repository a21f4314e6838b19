"""What lies in the models folder, and whether it is still what it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mien.errors import ModelMissingError
from mien.inference.catalogue import MODELS
from mien.inference.files import sha256_of
from mien.inference.model import Download, Model
from mien.inference.sources import SourceFolder, SourceState, mending_command
from mien.inference.weights import WeightStore

_NETWORKS: Final = (".onnx", ".npz")
_IMPORT_AGAIN: Final = "mien doctor"
"""Imports what is damaged, as every start does."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One file. state: of a source, or of an imported network. mend: None for a good file."""

    file: str
    model: str
    state: SourceState
    mend: str | None

    @property
    def is_good(self) -> bool:
        """Whether the file may be used."""
        return self.mend is None


def verify_files(store: WeightStore) -> Iterator[Finding]:
    """Hash every source and every imported network that is there; raise OSError.

    A model that was never pulled is no finding; a damaged package is.
    """
    for model in MODELS:
        state = store.sources.inspect(model)
        if state is not SourceState.MISSING or not isinstance(model.source, Download):
            mend = None if state.is_good else mending_command(model)
            yield Finding(_shown_path(store.sources, model), model.name, state, mend)
    if store.folder.is_dir():
        yield from _verify_networks(store.folder)


def size_bytes(folder: SourceFolder, model: Model) -> int | None:
    """Return the size of a model's source, as it is here or as the catalogue knows it."""
    try:
        return folder.path(model).stat().st_size
    except (ModelMissingError, FileNotFoundError):
        return model.source.size if isinstance(model.source, Download) else None


def _verify_networks(folder: Path) -> Iterator[Finding]:
    for path in sorted(folder.iterdir()):
        if path.suffix in _NETWORKS and not path.name.startswith("."):
            is_good = sha256_of(path) == _noted_sha256(path)
            state = SourceState.IMPORTED if is_good else SourceState.CORRUPT
            mend = None if is_good else _IMPORT_AGAIN
            yield Finding(str(path), path.name.partition(".")[0], state, mend)


def _noted_sha256(network: Path) -> object:
    try:
        receipt = json.loads(network.with_name(f"{network.name}.json").read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return receipt.get("sha256") if isinstance(receipt, dict) else None


def _shown_path(folder: SourceFolder, model: Model) -> str:
    try:
        return str(folder.path(model))
    except ModelMissingError:
        return model.source.name
