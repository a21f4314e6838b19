from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from mien.core.live.motion import FEATURES
from mien.errors import StorageError, WeightsCorruptError
from mien.inference.files import sha256_of
from mien.inference.sequence_weights import FILE, read_sequence_model, write_sequence_model
from tests.unit.core.live.test_sequence_model import features, random_model


def receipt(folder: Path) -> Path:
    return folder / f"{FILE}.json"


def test_a_folder_where_nobody_trained_has_no_model(tmp_path: Path) -> None:
    assert read_sequence_model(tmp_path) is None
    assert read_sequence_model(tmp_path / "missing") is None


def test_a_model_that_was_written_is_read_back(tmp_path: Path) -> None:
    model = random_model()
    write_sequence_model(tmp_path / "models", model, {"trained_on": "ours"})

    found = read_sequence_model(tmp_path / "models")

    assert found is not None
    assert found.threshold == model.threshold
    assert found.score(features(30)) == pytest.approx(model.score(features(30)))
    assert json.loads(receipt(tmp_path / "models").read_text())["trained_on"] == "ours"


def test_a_model_is_arrays_and_nothing_that_runs(tmp_path: Path) -> None:
    path = write_sequence_model(tmp_path, random_model(), {})

    with np.load(path, allow_pickle=False) as arrays:
        assert {arrays[name].dtype for name in arrays.files} == {np.dtype(np.float32)}


@pytest.mark.parametrize("missing", ["model", "receipt"])
def test_half_of_a_model_is_damage_and_not_none(tmp_path: Path, missing: str) -> None:
    path = write_sequence_model(tmp_path, random_model(), {})
    (path if missing == "model" else receipt(tmp_path)).unlink()

    with pytest.raises(WeightsCorruptError, match="mien train temporal"):
        read_sequence_model(tmp_path)


@pytest.mark.parametrize("at", [0, 200, -1])
def test_a_changed_byte_is_found(tmp_path: Path, at: int) -> None:
    path = write_sequence_model(tmp_path, random_model(), {})
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)

    with pytest.raises(WeightsCorruptError, match="changed"):
        read_sequence_model(tmp_path)


def forge(folder: Path, **arrays: object) -> None:
    """Put arrays in the place of a model's, with a receipt that fits."""
    path = write_sequence_model(folder, random_model(), {})
    with np.load(path) as old:
        kept = {name: old[name] for name in old.files if name not in arrays}
    buffer = io.BytesIO()
    changed = {name: np.asarray(array) for name, array in arrays.items() if array is not None}
    np.savez(buffer, **kept, **changed)  # type: ignore[arg-type] # a name could be allow_pickle
    path.write_bytes(buffer.getvalue())
    noted = {"sha256": sha256_of(path), "features": list(FEATURES)}
    receipt(folder).write_text(json.dumps(noted))


@pytest.mark.parametrize(
    "arrays",
    [
        {"center": None},
        {"center": np.zeros(3, np.float32)},
        {"state": np.zeros((18, 5), np.float32)},
        {"state": np.float32(0)},
        {"output": np.zeros(12, np.float64)},
        {"output": np.full(12, np.nan, np.float32)},
        {"threshold": np.array("0.5")},
        {"center": np.array([{}], object)},
    ],
)
def test_arrays_that_are_no_model_are_refused(tmp_path: Path, arrays: dict[str, object]) -> None:
    forge(tmp_path, **arrays)

    with pytest.raises(WeightsCorruptError):
        read_sequence_model(tmp_path)


def test_a_model_of_other_features_is_refused(tmp_path: Path) -> None:
    write_sequence_model(tmp_path, random_model(), {})
    noted = json.loads(receipt(tmp_path).read_text())
    receipt(tmp_path).write_text(json.dumps({**noted, "features": ["yaw"]}))

    with pytest.raises(WeightsCorruptError, match="features"):
        read_sequence_model(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", "no json", '{"sha256": 3}'])
def test_a_receipt_that_cannot_be_read_is_damage(tmp_path: Path, text: str) -> None:
    write_sequence_model(tmp_path, random_model(), {})
    receipt(tmp_path).write_text(text)

    with pytest.raises(WeightsCorruptError):
        read_sequence_model(tmp_path)


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")

    with pytest.raises(StorageError):
        write_sequence_model(tmp_path / "models", random_model(), {})
