"""YuNet's heads joined, held against the graph that they were joined from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from mien.inference import catalogue
from mien.inference.detection.yunet import STRIDES_PX
from mien.inference.importers.onnx_networks import import_onnx
from mien.inference.importers.yunet_heads import join_heads
from mien.inference.runtime import Session, Tensor
from tests.golden.downloads import read_source

CHANNELS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
SIDE_PX = 64
WIDTH = 6
"""Channels of the tensor that the heads of a small YuNet read."""


class SmallYunet:
    """A graph with YuNet's heads and random weights: three layers before them, not fifty."""

    def __init__(self) -> None:
        self._rng = np.random.default_rng(1)
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []

    def build(self) -> onnx.ModelProto:
        value, channels, halvings = "input", 3, {8: 3, 16: 1, 32: 1}
        for stride in STRIDES_PX:
            for number in range(halvings[stride]):
                name = f"stem_{stride}_{number}"
                self._convolution(value, name, channels, WIDTH, kernel=3, stride=2)
                self._nodes.append(helper.make_node("Relu", [name], [f"{name}_relu"]))
                value, channels = f"{name}_relu", WIDTH
            for head, outputs in CHANNELS.items():
                self._head(value, head, outputs, stride)
        return self._model()

    def _head(self, value: str, head: str, outputs: int, stride: int) -> None:
        self._convolution(value, f"{head}_mix_{stride}", WIDTH, outputs, kernel=1)
        name, rows = f"{head}_look_{stride}", f"{head}_rows_{stride}"
        self._convolution(f"{head}_mix_{stride}", name, 1, outputs, kernel=3, group=outputs)
        self._constant(np.array([1, -1, outputs], np.int64), f"{head}_shape_{stride}")
        self._nodes.append(helper.make_node("Transpose", [name], [rows], perm=[0, 2, 3, 1]))
        is_sure = head in ("cls", "obj")
        flat = f"{head}_flat_{stride}" if is_sure else f"{head}_{stride}"
        shape = f"{head}_shape_{stride}"
        self._nodes.append(helper.make_node("Reshape", [rows, shape], [flat]))
        if is_sure:
            self._nodes.append(helper.make_node("Sigmoid", [flat], [f"{head}_{stride}"]))

    def _convolution(
        self,
        value: str,
        name: str,
        inputs: int,
        outputs: int,
        *,
        kernel: int,
        stride: int = 1,
        group: int = 1,
    ) -> None:
        # So large that no logit is so sure that all of its probabilities are alike.
        size = 1 / (np.sqrt(inputs) * kernel * (255 if value == "input" else 1))
        for part, shape in (("weights", (outputs, inputs, kernel, kernel)), ("bias", (outputs,))):
            values = self._rng.normal(scale=size, size=shape)
            self._constant(values.astype(np.float32), f"{name}_{part}")
        node = helper.make_node(
            "Conv",
            [value, f"{name}_weights", f"{name}_bias"],
            [name],
            kernel_shape=[kernel] * 2,
            pads=[kernel // 2] * 4,
            strides=[stride] * 2,
            group=group,
        )
        self._nodes.append(node)

    def _constant(self, values: npt.NDArray[np.generic], name: str) -> None:
        self._weights.append(numpy_helper.from_array(values, name))

    def _model(self) -> onnx.ModelProto:
        kind = TensorProto.FLOAT
        graph = helper.make_graph(
            self._nodes,
            "small YuNet",
            [helper.make_tensor_value_info("input", kind, [1, 3, SIDE_PX, SIDE_PX])],
            [
                helper.make_tensor_value_info(
                    f"{head}_{stride}", kind, [1, (SIDE_PX // stride) ** 2, channels]
                )
                for head, channels in CHANNELS.items()
                for stride in STRIDES_PX
            ],
            self._weights,
        )
        opset = helper.make_opsetid("", 17)
        return helper.make_model(graph, opset_imports=[opset], ir_version=8)


@pytest.fixture(scope="module", params=["a small one", "the real one"])
def original(request: pytest.FixtureRequest) -> onnx.ModelProto:
    if request.param == "a small one":
        return SmallYunet().build()
    return onnx.load_model_from_string(read_source(catalogue.YUNET))


@pytest.fixture(scope="module")
def joined(original: onnx.ModelProto) -> onnx.ModelProto:
    joined = onnx.ModelProto()
    joined.CopyFrom(original)
    join_heads(joined.graph)
    onnx.checker.check_model(joined, full_check=True)
    return joined


def run(model: onnx.ModelProto, values: Tensor) -> Mapping[str, Tensor]:
    session = onnxruntime.InferenceSession(model.SerializeToString())
    names = [output.name for output in session.get_outputs()]
    answers = session.run(names, {session.get_inputs()[0].name: values})
    return {name: np.asarray(answer) for name, answer in zip(names, answers, strict=True)}


def as_exported(levels: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """Return what the original's twelve outputs are, from the three of joined heads."""
    exported: dict[str, Tensor] = {}
    for stride in STRIDES_PX:
        level = levels[f"level_{stride}"]
        rows = level.transpose(0, 2, 3, 1).reshape(len(level), -1, 16)
        ends = np.cumsum([0, *CHANNELS.values()])
        for (head, _), first, last in zip(CHANNELS.items(), ends[:-1], ends[1:], strict=True):
            said = rows[..., first:last]
            is_sure = head in ("cls", "obj")
            values = 1 / (1 + np.exp(-said)) if is_sure else said
            exported[f"{head}_{stride}"] = np.asarray(values, np.float32)
    return exported


def picture_for(model: onnx.ModelProto, seed: int = 2) -> Tensor:
    """Return random pixels of the size that the exporter froze."""
    shape = [each.dim_value for each in model.graph.input[0].type.tensor_type.shape.dim]
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.float32)


def test_it_answers_by_one_output_a_stride(
    original: onnx.ModelProto, joined: onnx.ModelProto
) -> None:
    picture = picture_for(original)

    levels = run(joined, picture)

    side = picture.shape[2]
    expected = {f"level_{px}": (1, 16, side // px, side // px) for px in STRIDES_PX}
    assert {name: level.shape for name, level in levels.items()} == expected
    assert list(levels) == list(expected)


def test_the_same_numbers_come_out(original: onnx.ModelProto, joined: onnx.ModelProto) -> None:
    picture = picture_for(original)
    expected = run(original, picture)

    found = as_exported(run(joined, picture))

    assert set(found) == set(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(
            found[name], values, rtol=1e-4, atol=1e-4 * np.abs(values).max(), err_msg=name
        )


def test_a_stride_has_two_convolutions_and_nothing_is_left_that_no_output_needs(
    original: onnx.ModelProto, joined: onnx.ModelProto
) -> None:
    graph = joined.graph

    read = {name for node in graph.node for name in node.input}
    made = {name for node in graph.node for name in node.output}
    outputs = {output.name for output in graph.output}
    assert made <= read | outputs
    assert {tensor.name for tensor in graph.initializer} <= read
    assert not {"Sigmoid", "Transpose", "Reshape"} & {node.op_type for node in graph.node}
    before, after = (
        sum(node.op_type == "Conv" for node in each.graph.node) for each in (original, joined)
    )
    assert before - after == 3 * (8 - 2)


def test_an_imported_one_says_the_same_of_uint8_rgb(
    original: onnx.ModelProto, tmp_path: Path
) -> None:
    path = tmp_path / "yunet.onnx"
    imported = import_onnx(catalogue.YUNET, original.SerializeToString())
    path.write_bytes(imported.SerializeToString())
    bgr = picture_for(original)
    rgb = bgr[:, ::-1].transpose(0, 2, 3, 1).astype(np.uint8)

    levels = Session(path, threads=1).run_all(rgb)

    names = [output.name for output in imported.graph.output]
    found = as_exported(dict(zip(names, levels, strict=True)))
    for name, values in run(original, bgr).items():
        np.testing.assert_allclose(
            found[name], values, rtol=1e-4, atol=1e-4 * np.abs(values).max(), err_msg=name
        )


def test_an_imported_one_takes_any_batch_and_size(
    original: onnx.ModelProto, tmp_path: Path
) -> None:
    path = tmp_path / "yunet.onnx"
    path.write_bytes(import_onnx(catalogue.YUNET, original.SerializeToString()).SerializeToString())

    levels = Session(path, threads=1).run_all(np.zeros((2, 96, 160, 3), np.uint8))

    assert [level.shape for level in levels] == [
        (2, 16, 96 // stride, 160 // stride) for stride in STRIDES_PX
    ]
