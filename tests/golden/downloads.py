"""The weights that are downloaded, from a folder beside the repository.

They are no part of the repository: the tests look for them in `$MIEN_SHARED/models`, by default
beside the repository, and are skipped where they are absent, except in CI, where absence is a
failure.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from mien.inference.importers.onnx_networks import import_onnx
from mien.inference.importers.torch_networks import import_torch
from mien.inference.model import Download, Format, Model
from mien.inference.packs import Weights
from mien.inference.runtime import Session
from mien.inference.sources import SourceFolder
from tests.support import skip_without

REPOSITORY = Path(__file__).parents[2]
SHARED = Path(os.environ.get("MIEN_SHARED", REPOSITORY / ".." / "shared"))
MODELS = SHARED / "models"

_OF_TORCH = (Format.TORCH_MTCNN, Format.TORCH_FACENET)


def load_downloaded(model: Model, folder: Path) -> Session:
    """Import a model into a folder and return a session on it."""
    importer = import_torch if model.format in _OF_TORCH else import_onnx
    path = folder / model.file()
    path.write_bytes(importer(model, read_source(model)).SerializeToString())
    return Session(path, threads=1)


def stock(sources: SourceFolder, wanted: Iterable[Weights]) -> None:
    """Put downloads where a data folder has them, as `mien models pull` would."""
    sources.folder.mkdir(parents=True, exist_ok=True)
    for weights in wanted:
        if isinstance(weights.model.source, Download):
            sources.path(weights.model).write_bytes(read_source(weights.model))


def read_source(model: Model) -> bytes:
    """Return the bytes of the file with the model's hash, or skip."""
    sources = MODELS / "SOURCES.json"
    if sources.is_file():
        for entry in json.loads(sources.read_text("utf-8")):
            if entry["file"] and entry["sha256"] == model.sha256:
                return (MODELS / str(entry["file"])).read_bytes()
    return skip_without(f"{model.name} is not in {MODELS}")
