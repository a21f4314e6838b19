"""Networks of the same contract as the published ones, imported and fed as their authors do.

The published weights lie nowhere near these tests: what is shown is that color order,
normalization, batch and order of outputs are theirs, not how well they read.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from mien.core.expression import Expression
from mien.core.face import Face
from mien.core.image import Image, Pixels
from mien.errors import (
    InvalidRequestError,
    ModelMissingError,
    ModelUntrustedError,
    WeightsCorruptError,
)
from mien.inference import catalogue
from mien.inference.expression import load
from mien.inference.expression.chips import FERPLUS_FRAME
from mien.inference.expression.load import load_reader
from mien.inference.expression.models import FERPLUS_VGG13, HSEMOTION_B0, OWN, ExpressionModel
from mien.inference.sources import SourceState
from mien.inference.weights import WeightStore
from tests.unit.inference.expression.stand_ins import face_at, face_in

Prepare = Callable[[Pixels], npt.NDArray[np.float32]]


@pytest.fixture
def store(tmp_path: Path) -> WeightStore:
    return WeightStore.of(tmp_path)


def cntk_like() -> bytes:
    """A gray network as CNTK wrote them: an old form, weights among the inputs, one image."""
    rng = np.random.default_rng(3)
    tensors: dict[str, npt.NDArray[np.generic]] = {
        "scale": np.array(1 / 255, np.float32),
        "kernel": rng.normal(0, 1, (2, 1, 3, 3)).astype(np.float32),
        "flat": np.array([1, 128], np.int64),
        "tall": np.array([1, 1, 64, 64], np.int64),
        "weights": rng.normal(0, 1, (2, 8, 8, 8)).astype(np.float32),
        "folded": np.array([128, 8], np.int64),
        "bias": rng.normal(0, 1, 8).astype(np.float32),
        "lying": np.array([1, 8], np.int64),
    }
    nodes = [
        helper.make_node("Mul", ["Input3", "scale"], ["scaled"]),
        helper.make_node("Reshape", ["scaled", "tall"], ["seen"]),
        helper.make_node("Conv", ["seen", "kernel"], ["edges"], auto_pad="SAME_UPPER"),
        helper.make_node("MaxPool", ["edges"], ["small"], kernel_shape=[8, 8], strides=[8, 8]),
        helper.make_node("Reshape", ["small", "flat"], ["row"]),
        helper.make_node("Reshape", ["weights", "folded"], ["matrix"]),
        helper.make_node("MatMul", ["row", "matrix"], ["product"]),
        helper.make_node("Reshape", ["bias", "lying"], ["biases"]),
        helper.make_node("Add", ["product", "biases"], ["Plus692_Output_0"]),
    ]
    image = helper.make_tensor_value_info("Input3", TensorProto.FLOAT, [1, 1, 64, 64])
    return _file(nodes, tensors, image, ("Plus692_Output_0", [1, 8]), opset=8, ir_version=3)


def efficientnet_like() -> bytes:
    """A color network as PyTorch writes them: any batch, 224 pixels, logits."""
    rng = np.random.default_rng(4)
    tensors = {
        "kernel": rng.normal(0, 0.1, (8, 3, 5, 5)).astype(np.float32),
        "bias": rng.normal(0, 1, 8).astype(np.float32),
    }
    nodes = [
        helper.make_node("Conv", ["input", "kernel", "bias"], ["maps"], strides=[2, 2]),
        helper.make_node("Relu", ["maps"], ["positive"]),
        helper.make_node("GlobalAveragePool", ["positive"], ["means"]),
        helper.make_node("Flatten", ["means"], ["output"]),
    ]
    image = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 3, 224, 224])
    return _file(nodes, tensors, image, ("output", ["batch", 8]), opset=14, ir_version=7)


def _file(
    nodes: list[onnx.NodeProto],
    tensors: Mapping[str, npt.NDArray[np.generic]],
    image: onnx.ValueInfoProto,
    output: tuple[str, list[int | str]],
    *,
    opset: int,
    ir_version: int,
) -> bytes:
    weights = [numpy_helper.from_array(values, name) for name, values in tensors.items()]
    named = [helper.make_tensor_value_info(w.name, w.data_type, w.dims) for w in weights]
    graph = helper.make_graph(
        nodes,
        "network",
        [image, *(named if ir_version < 4 else [])],
        [helper.make_tensor_value_info(output[0], TensorProto.FLOAT, output[1])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = ir_version
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def gray(chip: Pixels) -> npt.NDArray[np.float32]:
    luma = chip.astype(np.float32) @ np.array((0.299, 0.587, 0.114), np.float32)
    return luma[None, None].astype(np.float32)


def normalized(chip: Pixels) -> npt.NDArray[np.float32]:
    mean = np.array((0.485, 0.456, 0.406), np.float32)
    deviation = np.array((0.229, 0.224, 0.225), np.float32)
    scaled = (chip.astype(np.float32) / 255 - mean) / deviation
    return np.asarray(scaled.transpose(2, 0, 1)[None], dtype=np.float32)


@pytest.mark.parametrize(
    ("model", "published", "prepare"),
    [
        pytest.param(FERPLUS_VGG13, cntk_like(), gray, id="ferplus_vgg13"),
        pytest.param(HSEMOTION_B0, efficientnet_like(), normalized, id="hsemotion_b0"),
    ],
)
def test_an_alternative_reads_as_its_own_file_does_when_fed_as_its_authors_feed_it(
    store: WeightStore,
    monkeypatch: pytest.MonkeyPatch,
    model: ExpressionModel,
    published: bytes,
    prepare: Prepare,
    astronaut: Pixels,
) -> None:
    stocked = _stocked(store, monkeypatch, model, published)
    image, faces = _faces(astronaut)

    found = load_reader(store, stocked.name, threads=1)
    readings = found.reader.read(image, faces)

    assert found.sha256 == hashlib.sha256(published).hexdigest()
    session = onnxruntime.InferenceSession(published)
    name = session.get_inputs()[0].name
    for face, shares in zip(faces, readings, strict=True):
        (logits,) = session.run(None, {name: prepare(model.chip(image, face))})
        powers = np.exp(logits[0] - logits[0].max())
        expected = dict(zip(model.order, (powers / powers.sum()).tolist(), strict=True))
        for expression in Expression:
            assert shares[expression] == pytest.approx(expected[expression], abs=1e-4)


def test_mien_s_own_network_is_in_the_package_and_copied_once(store: WeightStore) -> None:
    assert store.sources.inspect(catalogue.EXPRESSION) is SourceState.IN_PACKAGE

    first = load_reader(store, "mien", threads=1)

    copied = store.folder / catalogue.EXPRESSION.file()
    written_at = copied.stat().st_mtime_ns
    assert first.sha256 == catalogue.EXPRESSION.sha256
    assert hashlib.sha256(copied.read_bytes()).hexdigest() == catalogue.EXPRESSION.sha256
    load_reader(store, "mien", threads=1)
    assert copied.stat().st_mtime_ns == written_at


def test_mien_s_own_network_reads_a_face_in_any_batch_alike(
    store: WeightStore, astronaut: Pixels
) -> None:
    image, faces = _faces(astronaut)
    reader = load_reader(store, "mien", threads=1).reader
    together = reader.read(image, faces)
    for face, shares in zip(faces, together, strict=True):
        (alone,) = reader.read(image, [face])
        np.testing.assert_allclose(alone.shares, shares.shares, atol=1e-4)
    assert len({shares.shares for shares in together}) == len(faces)


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("ferplus_vgg13", "mien models pull ferplus_vgg13"),
        ("hsemotion_b0", "mien models pull hsemotion_b0 --sha256 HASH"),
    ],
)
def test_a_model_that_is_not_here_is_loud_and_names_the_command(
    store: WeightStore, name: str, command: str
) -> None:
    with pytest.raises(ModelMissingError, match=f"MIEN_EXPRESSION_MODEL={name}.*{command}"):
        load_reader(store, name, threads=1)


def test_a_model_that_nobody_knows_is_refused(store: WeightStore) -> None:
    with pytest.raises(InvalidRequestError, match="choose one of mien, ferplus_vgg13"):
        load_reader(store, "nobody", threads=1)


def test_another_file_in_its_place_is_refused(store: WeightStore) -> None:
    store.sources.folder.mkdir(parents=True)
    store.sources.path(catalogue.FERPLUS_VGG13).write_bytes(cntk_like())
    with pytest.raises(WeightsCorruptError, match="mien models pull ferplus_vgg13"):
        load_reader(store, "ferplus_vgg13", threads=1)


def test_a_file_that_nobody_vouches_for_is_refused(store: WeightStore) -> None:
    store.sources.folder.mkdir(parents=True)
    store.sources.path(catalogue.HSEMOTION_B0).write_bytes(efficientnet_like())
    with pytest.raises(ModelUntrustedError, match="--sha256 HASH"):
        load_reader(store, "hsemotion_b0", threads=1)


def test_no_model_but_the_own_one_is_the_default() -> None:
    assert OWN.name == "mien"
    assert not OWN.gives_logits


def _stocked(
    store: WeightStore, monkeypatch: pytest.MonkeyPatch, model: ExpressionModel, file: bytes
) -> ExpressionModel:
    """Put a file where a pull would, and take its hash for the published one."""
    facts = dataclasses.replace(model.model, sha256=hashlib.sha256(file).hexdigest())
    known = dataclasses.replace(model, model=facts)
    monkeypatch.setattr(load, "EXPRESSION_MODELS", {model.name: known})
    store.sources.folder.mkdir(parents=True)
    store.sources.path(facts).write_bytes(file)
    return known


def _faces(photo: Pixels) -> tuple[Image, list[Face]]:
    """Return a photo and three places in it that are taken for faces."""
    places = np.array([(203, 104), (243, 104), (222, 128), (207, 144), (240, 144)], np.float32)
    return Image(photo), [face_at(places), face_at(places * 1.5), face_in(FERPLUS_FRAME, 40)]
