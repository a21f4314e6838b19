from __future__ import annotations

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from mien.inference.importers.leaky_slopes import replace_slopes


def _prelu(slopes: npt.NDArray[np.float32]) -> onnx.ModelProto:
    graph = helper.make_graph(
        [helper.make_node("PRelu", ["x", "slopes"], ["y"])],
        "one",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 4, 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3, 4, 4])],
        [numpy_helper.from_array(slopes.reshape(3, 1, 1), "slopes")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return model


def _run(model: onnx.ModelProto, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return np.asarray(session.run(None, {"x": values})[0])


@pytest.mark.parametrize("slopes", [(0.25, 0.0, 1.0), (-0.5, -2.0, 0.9)])
def test_the_same_numbers_come_out(slopes: tuple[float, ...]) -> None:
    model = _prelu(np.array(slopes, np.float32))
    values = np.random.default_rng(1).normal(size=(1, 3, 4, 4)).astype(np.float32)
    expected = _run(model, values)
    replace_slopes(model.graph)
    onnx.checker.check_model(model)
    assert {node.op_type for node in model.graph.node} == {"Mul", "Max"}
    np.testing.assert_array_equal(_run(model, values), expected)


def test_slopes_above_one_are_left_alone() -> None:
    model = _prelu(np.array((0.5, 1.5, 0.1), np.float32))
    replace_slopes(model.graph)
    assert [node.op_type for node in model.graph.node] == ["PRelu"]
