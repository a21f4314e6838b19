from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from mien.errors import WeightsCorruptError
from mien.inference.importers.onnx_networks import import_onnx
from mien.inference.model import MIT, Model, PackageFile, PixelInput, Task
from mien.inference.runtime import Session

MODEL = Model(
    name="pyramid",
    task=Task.DETECT,
    summary="halves and doubles",
    license=MIT,
    source=PackageFile("pyramid.onnx"),
    sha256=None,
    pixels=PixelInput(bgr=True, mean=(1.0, 2.0, 3.0), deviation=(2.0, 2.0, 2.0)),
)


@pytest.fixture
def network(tmp_path: Path) -> Session:
    """An exporter's frozen graph: half the size, then what it was at 8 x 8, added to itself."""
    constants = {
        "frozen": np.array([1, 3, 8, 8], np.int64),
        "flat": np.array([1, -1, 3], np.int64),
    }
    nodes = [
        helper.make_node("MaxPool", ["x"], ["half"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Resize", ["half", "", "", "frozen"], ["double"], mode="nearest"),
        helper.make_node("Add", ["double", "x"], ["sum"]),
        helper.make_node("Transpose", ["sum"], ["last"], perm=[0, 2, 3, 1]),
        helper.make_node("Reshape", ["last", "flat"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "pyramid",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 64, 3])],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    frozen = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    frozen.ir_version = 8
    path = tmp_path / "pyramid.onnx"
    path.write_bytes(import_onnx(MODEL, frozen.SerializeToString()).SerializeToString())
    return Session(path, threads=1)


@pytest.mark.parametrize("shape", [(1, 8, 8, 3), (1, 4, 12, 3), (3, 16, 2, 3)])
def test_a_frozen_graph_takes_any_batch_and_size(network: Session, shape: tuple[int, ...]) -> None:
    pixels = np.full(shape, (10, 20, 30), np.uint8)

    values = network.run(pixels)

    # Twice (blue - 1, green - 2, red - 3) / 2: each place sees itself and its neighborhood.
    expected = np.broadcast_to([29, 18, 7], (shape[0], shape[1] * shape[2], 3))
    np.testing.assert_allclose(values, expected)


def test_what_is_no_onnx_file_is_refused() -> None:
    with pytest.raises(WeightsCorruptError):
        import_onnx(MODEL, b"no network")
