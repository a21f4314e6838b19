"""The file of a trained sequence model: arrays without pickle, and a receipt beside it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from mien.core.live.motion import FEATURES
from mien.core.live.sequence_model import INPUTS, Floats, GatedSequence, Gates, Standard
from mien.errors import StorageError, WeightsCorruptError
from mien.inference.files import write_atomically

FILE: Final = "temporal.npz"
"""In the folder of models: what `mien train temporal` writes."""

Noted = str | float | list[str] | Mapping[str, float]


def write_sequence_model(folder: Path, model: GatedSequence, noted: Mapping[str, Noted]) -> Path:
    """Write a model and a receipt that says how it was made; raise StorageError."""
    buffer = io.BytesIO()
    np.savez(
        buffer,
        allow_pickle=False,
        center=model.standard.center,
        scale=model.standard.scale,
        inputs=model.gates.inputs,
        state=model.gates.state,
        input_bias=model.gates.input_bias,
        state_bias=model.gates.state_bias,
        output=model.output,
        output_bias=np.float32(model.output_bias),
        threshold=np.float32(model.threshold),
    )
    data, path = buffer.getvalue(), folder / FILE
    receipt = {
        **noted,
        "features": list(FEATURES),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, data)
        write_atomically(_receipt_of(path), json.dumps(receipt, indent=2).encode())
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from error
    return path


def read_sequence_model(folder: Path) -> GatedSequence | None:
    """Return the model in a folder, None where nobody trained one.

    Raises WeightsCorruptError for one that is not what was trained: it is never left out in
    silence.
    """
    path = folder / FILE
    if not path.exists() and not _receipt_of(path).exists():
        return None
    try:
        data = path.read_bytes()
        receipt = json.loads(_receipt_of(path).read_text("utf-8"))
        if receipt["sha256"] != hashlib.sha256(data).hexdigest():
            raise _corrupt(path, "it has changed since it was trained")
        if receipt["features"] != list(FEATURES):
            raise _corrupt(path, "it was trained on other features")
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return _model(path, {name: arrays[name] for name in arrays.files})
    except (OSError, ValueError, LookupError, TypeError, zipfile.BadZipFile) as error:
        raise _corrupt(path, "it cannot be read") from error


def _model(path: Path, arrays: Mapping[str, Floats]) -> GatedSequence:
    width = arrays["state"].shape[-1]
    shapes = {
        "center": (INPUTS,),
        "scale": (INPUTS,),
        "inputs": (3 * width, INPUTS),
        "state": (3 * width, width),
        "input_bias": (3 * width,),
        "state_bias": (3 * width,),
        "output": (2 * width,),
        "output_bias": (),
        "threshold": (),
    }
    for name, shape in shapes.items():
        if arrays[name].shape != shape or arrays[name].dtype != np.float32:
            raise _corrupt(path, f"its {name} has the wrong shape")
        if not np.isfinite(arrays[name]).all():
            raise _corrupt(path, f"its {name} is not finite")
    return GatedSequence(
        Standard(arrays["center"], arrays["scale"]),
        Gates(*(arrays[name] for name in ("inputs", "state", "input_bias", "state_bias"))),
        arrays["output"],
        float(arrays["output_bias"]),
        float(arrays["threshold"]),
    )


def _receipt_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _corrupt(path: Path, why: str) -> WeightsCorruptError:
    return WeightsCorruptError(f"{path}: {why}; delete it, or run  mien train temporal")
