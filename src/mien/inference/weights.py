"""Imports weights once: a verified source file becomes a network that mien runs.

Every file is checked before it is read, written beside its place and moved there in one step:
a reader sees a whole file or none, and two processes that start together both end with one
good copy.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

import numpy as np

from mien.errors import StorageError
from mien.inference.files import sha256_of, write_atomically
from mien.inference.model import Format, Model, Precision
from mien.inference.packs import Weights
from mien.inference.sources import SourceFolder

if TYPE_CHECKING:
    import onnx

Progress = Callable[[Model, int, int], None]
"""Called before each import with the model, its position from 1 and the total."""

_IMPORTER_VERSION: Final = 5
"""Raised whenever an importer writes something else, so that old imports are redone."""


def ignore_progress(_model: Model, _position: int, _total: int) -> None:
    """Report nothing."""


@final
@dataclass(frozen=True, slots=True)
class WeightStore:
    """The imported networks of a data folder, and the sources that they come from."""

    folder: Path
    sources: SourceFolder

    @classmethod
    def of(cls, data_dir: Path) -> WeightStore:
        """Return the store of a data folder."""
        folder = data_dir / "models"
        return cls(folder, SourceFolder(folder / "sources"))

    def ensure(
        self, wanted: Iterable[Weights], progress: Progress = ignore_progress
    ) -> Mapping[str, Path]:
        """Return the path of each network by model name, importing what is missing or damaged.

        Raises ModelMissingError, WeightsCorruptError (a source with another hash) and
        StorageError.
        """
        every = tuple(wanted)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            pending = [weights for weights in every if not self.is_intact(weights)]
            for position, weights in enumerate(pending, start=1):
                progress(weights.model, position, len(pending))
                self._import(weights)
        except OSError as error:
            raise StorageError(
                f"the models folder {self.folder} cannot be used: {error}"
            ) from error
        return {weights.model.name: self.folder / weights.file for weights in every}

    def is_intact(self, weights: Weights) -> bool:
        """Tell whether the network was imported, by this importer, and is unchanged since."""
        try:
            receipt = json.loads(self._receipt_path(weights).read_text("utf-8"))
            return bool(
                receipt["importer"] == _IMPORTER_VERSION
                and receipt["source_sha256"] == self.sources.trusted_sha256(weights.model)
                and receipt["sha256"] == sha256_of(self.folder / weights.file)
            )
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return False

    def _import(self, weights: Weights) -> None:
        model = weights.model
        source = self.sources.read(model)
        converted = _convert(weights, source)
        receipt = {
            "model": model.name,
            "license": model.license.name,
            "source": model.source.name,
            "source_sha256": _sha256(source),
            "precision": weights.precision,
            "importer": _IMPORTER_VERSION,
            "sha256": _sha256(converted),
        }
        write_atomically(self.folder / weights.file, converted)
        write_atomically(self._receipt_path(weights), json.dumps(receipt, indent=2).encode("utf-8"))

    def _receipt_path(self, weights: Weights) -> Path:
        return self.folder / f"{weights.file}.json"


def _convert(weights: Weights, source: bytes) -> bytes:
    if weights.model.format is Format.READY:
        return source
    # Imported here because a started server, its weights in place, never needs onnx.
    from mien.inference.importers import dlib_landmarks, quantization

    if weights.model.format is Format.DLIB_LANDMARKS:
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **dlib_landmarks.five_landmarks(source))
        return buffer.getvalue()
    network = _read_network(weights.model, source)
    if weights.precision is Precision.INT8:
        network = quantization.quantize(network, weights.model)
    elif weights.precision is Precision.FP16:
        network = quantization.halve(network)
    return bytes(network.SerializeToString())


def _read_network(model: Model, source: bytes) -> onnx.ModelProto:
    from mien.inference.importers import dlib_networks, onnx_networks, torch_networks

    match model.format:
        case Format.DLIB_MMOD:
            return dlib_networks.mmod_detector(source)
        case Format.DLIB_RESNET:
            return dlib_networks.resnet_embedder(source)
        case Format.TORCH_MTCNN | Format.TORCH_FACENET:
            return torch_networks.import_torch(model, source)
        case _:
            return onnx_networks.import_onnx(model, source)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
