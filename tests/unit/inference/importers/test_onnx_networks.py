from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from mien.errors import WeightsCorruptError
from mien.inference.importers.onnx_networks import import_onnx
from mien.inference.model import MIT, Model, PackageFile, PixelInput, Task
from mien.inference.runtime import Session

Values = tuple[float, float, float]

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


NEUTRAL = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
ALIKE = (127.5, 127.5, 127.5), (128.0, 128.0, 128.0)
DIFFERENT = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)


def identity(side_px: int | None) -> bytes:
    """Return a network that says what it is given."""
    side: list[int | str] = ["h", "w"] if side_px is None else [side_px] * 2
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])],
        "identity",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, *side])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 3, *side])],
    )
    opset = helper.make_opsetid("", 17)
    return bytes(helper.make_model(graph, opset_imports=[opset], ir_version=8).SerializeToString())


class TestPixels:
    @pytest.mark.parametrize("side_px", [None, 12])
    @pytest.mark.parametrize("bgr", [True, False])
    @pytest.mark.parametrize(("mean", "deviation"), [NEUTRAL, ALIKE, DIFFERENT])
    def test_a_network_gets_them_as_it_was_trained(
        self, tmp_path: Path, side_px: int | None, mean: Values, deviation: Values, *, bgr: bool
    ) -> None:
        taken = PixelInput(bgr=bgr, mean=mean, deviation=deviation)
        model = replace(MODEL, pixels=taken, side_px=side_px)
        path = tmp_path / "identity.onnx"
        path.write_bytes(import_onnx(model, identity(side_px)).SerializeToString())
        pixels = np.random.default_rng(1).integers(0, 256, (2, 12, 12, 3), dtype=np.uint8)

        values = Session(path, threads=1).run(pixels)

        colors = pixels[..., ::-1] if bgr else pixels
        expected = ((colors - np.array(mean)) / np.array(deviation)).transpose(0, 3, 1, 2)
        np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-5)

    @pytest.mark.parametrize(
        ("mean", "deviation", "side_px", "shapes"),
        [
            (*NEUTRAL, 12, []),
            (*ALIKE, None, [(1, 1, 1, 1)] * 2),
            (*ALIKE, 12, [(1, 1, 1, 1)] * 2),
            (*DIFFERENT, None, [(1, 3, 1, 1)] * 2),
            (*DIFFERENT, 12, [(1, 3, 12, 12)] * 2),
            (DIFFERENT[0], ALIKE[1], 12, [(1, 3, 12, 12), (1, 1, 1, 1)]),
        ],
        ids=[
            "none needed",
            "one for all, of any size",
            "one for all",
            "of any size",
            "of one size",
            "of one size, in part one for all",
        ],
    )
    def test_numbers_for_each_color_are_as_many_as_pixels_where_their_number_is_known(
        self,
        mean: Values,
        deviation: Values,
        side_px: int | None,
        shapes: list[tuple[int, ...]],
    ) -> None:
        taken = PixelInput(mean=mean, deviation=deviation)
        model = replace(MODEL, pixels=taken, side_px=side_px)

        graph = import_onnx(model, identity(side_px)).graph

        assert [tuple(tensor.dims) for tensor in graph.initializer] == shapes


def test_what_is_no_onnx_file_is_refused() -> None:
    with pytest.raises(WeightsCorruptError):
        import_onnx(MODEL, b"no network")
