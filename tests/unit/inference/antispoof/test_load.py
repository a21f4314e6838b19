from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import pytest

from mien.core.geometry import Box
from mien.core.image import Image
from mien.errors import WeightsCorruptError
from mien.inference import catalogue
from mien.inference.antispoof.load import TRAINED_FILE, load_passive, receipt_of
from mien.inference.antispoof.trained import NAME, SIDE_PX
from mien.inference.importers.graph import GraphBuilder
from mien.inference.weights import WeightStore
from tests.golden.downloads import read_source

IMAGE = Image(np.full((200, 200, 3), 90, np.uint8))
FACE = Box(40.0, 40.0, 160.0, 160.0)


@pytest.fixture
def store(tmp_path: Path) -> WeightStore:
    return WeightStore.of(tmp_path)


@pytest.fixture
def trained(store: WeightStore) -> Path:
    """A network that says the brightness of a face, with the receipt of its training."""
    graph = GraphBuilder()
    pixels = graph.add("Cast", "rgb", to=onnx.TensorProto.FLOAT)
    mean = graph.add("ReduceMean", pixels, axes=[1, 2, 3], keepdims=0)
    value = graph.add("Reshape", mean, graph.constant(np.array([-1, 1], np.int64)))
    model = graph.model(
        inputs={"rgb": (onnx.TensorProto.UINT8, ["n", SIDE_PX, SIDE_PX, 3])},
        outputs={"log_odds": (value, ["n", 1])},
    )
    store.folder.mkdir(parents=True)
    path = store.folder / TRAINED_FILE
    path.write_bytes(model.SerializeToString())
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    receipt_of(path).write_text(json.dumps({"sha256": sha256}))
    return path


def test_with_nothing_pulled_nothing_can_be_checked(store: WeightStore) -> None:
    assert not load_passive(store, threads=1).can_check


def test_the_operators_own_network_votes_from_the_next_start_on(
    store: WeightStore, trained: Path
) -> None:
    assert trained.exists()
    check = load_passive(store, threads=1).assess(IMAGE, FACE)
    assert check.parts[NAME] == 4.0  # 90, within bounds
    assert not load_passive(store, threads=1, with_trained=False).can_check


def test_a_network_without_a_receipt_is_refused(store: WeightStore, trained: Path) -> None:
    receipt_of(trained).unlink()
    with pytest.raises(WeightsCorruptError, match="no receipt"):
        load_passive(store, threads=1)


@pytest.mark.parametrize("receipt", ["", "[]", "{}", '"sha256"'])
def test_a_receipt_that_is_none_is_refused(store: WeightStore, trained: Path, receipt: str) -> None:
    receipt_of(trained).write_text(receipt)
    with pytest.raises(WeightsCorruptError, match="receipt"):
        load_passive(store, threads=1)


def test_a_network_that_was_exchanged_is_refused(store: WeightStore, trained: Path) -> None:
    trained.write_bytes(trained.read_bytes() + b" ")
    with pytest.raises(WeightsCorruptError, match="has changed"):
        load_passive(store, threads=1)


def test_a_network_that_was_pulled_is_imported_and_votes(store: WeightStore) -> None:
    source = store.sources.path(catalogue.MINIFAS)
    content = read_source(catalogue.MINIFAS)
    source.parent.mkdir(parents=True)
    source.write_bytes(content)
    assert "minifas" in load_passive(store, threads=1).assess(IMAGE, FACE).parts


def test_a_pulled_network_that_is_damaged_is_refused_and_not_left_out(store: WeightStore) -> None:
    source = store.sources.path(catalogue.MINIFAS)
    source.parent.mkdir(parents=True)
    source.write_bytes(b"damaged")
    with pytest.raises(WeightsCorruptError):
        load_passive(store, threads=1)
