from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.errors import ModelMissingError
from mien.inference import catalogue
from mien.inference.importers import activation_ranges
from mien.inference.importers.activation_ranges import (
    Ranges,
    has_ranges,
    ranges_digest,
    read_ranges,
)
from mien.inference.importers.graph import GraphBuilder
from mien.inference.importers.measure_ranges import measure_ranges
from mien.inference.importers.quantization import halve, quantize, quantize_by
from mien.inference.runtime import Session, Tensor

SIDE_PX = 24
MEASURED = ("resnet29", "mobilefacenet")
UNMEASURED = ("adaface", "arcface_r50", "facenet", "sface")


def small_network(seed: int = 1) -> onnx.ModelProto:
    """Return a network like an embedder's: convolutions, a branch that is added, a mean, a vector.

    rgb uint8 [n, 24, 24, 3] -> [n, 8].
    """
    rng = np.random.default_rng(seed)
    graph = GraphBuilder()

    def weights(*shape: int) -> str:
        fan_in = int(np.prod(shape[1:]))
        return graph.constant(rng.normal(0, np.sqrt(2 / fan_in), shape).astype(np.float32))

    value = graph.add("Cast", graph.add("Transpose", "rgb", perm=[0, 3, 1, 2]), to=1)
    value = graph.add("Mul", value, graph.constant(np.array(1 / 128, np.float32)))
    value = graph.add("Conv", value, weights(16, 3, 3, 3), strides=[2, 2], pads=[1, 1, 1, 1])
    value = start = graph.add("Relu", value)
    value = graph.add("Relu", graph.add("Conv", value, weights(16, 16, 3, 3), pads=[1, 1, 1, 1]))
    value = graph.add("Add", graph.add("Conv", value, weights(16, 16, 1, 1)), start)
    value = graph.add("Flatten", graph.add("GlobalAveragePool", value))
    value = graph.add("MatMul", value, weights(16, 8))
    return graph.model(
        inputs={"rgb": (onnx.TensorProto.UINT8, ["n", SIDE_PX, SIDE_PX, 3])},
        outputs={"vector": (value, ["n", 8])},
    )


def run(network: onnx.ModelProto, path: Path, chips: npt.NDArray[np.uint8]) -> Tensor:
    path.write_bytes(network.SerializeToString())
    return Session(path, threads=1).run(chips)


def cosines(one: Tensor, other: Tensor) -> npt.NDArray[np.float32]:
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.asarray((one * other).sum(axis=1) / lengths)


@pytest.fixture(scope="module")
def chips() -> npt.NDArray[np.uint8]:
    rng = np.random.default_rng(2)
    return rng.integers(0, 256, (16, SIDE_PX, SIDE_PX, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def ranges(chips: npt.NDArray[np.uint8]) -> Ranges:
    return measure_ranges(small_network(), [chips])


class TestInt8:
    def test_its_vectors_are_near_those_of_the_network_it_is_made_of(
        self, ranges: Ranges, chips: npt.NDArray[np.uint8], tmp_path: Path
    ) -> None:
        expected = run(small_network(), tmp_path / "fp32.onnx", chips)

        found = run(quantize_by(small_network(), ranges), tmp_path / "int8.onnx", chips)

        assert cosines(found, expected).min() > 0.998
        np.testing.assert_allclose(
            np.linalg.norm(found, axis=1), np.linalg.norm(expected, axis=1), rtol=0.05
        )

    def test_its_weights_are_stored_in_a_byte_each(self, ranges: Ranges) -> None:
        network = quantize_by(small_network(), ranges)

        stored = {tensor.data_type for tensor in network.graph.initializer if len(tensor.dims) > 1}
        assert onnx.TensorProto.INT8 in stored
        assert onnx.TensorProto.FLOAT not in stored

    def test_it_takes_what_the_network_takes(self, ranges: Ranges) -> None:
        plain, quantized = small_network(), quantize_by(small_network(), ranges)

        assert quantized.graph.input == plain.graph.input
        assert [each.name for each in quantized.graph.output] == ["vector"]

    def test_it_is_the_same_each_time(self, ranges: Ranges) -> None:
        one, other = (
            quantize_by(small_network(), ranges).SerializeToString(deterministic=True)
            for _ in range(2)
        )

        assert one == other

    def test_too_narrow_ranges_cut_values_off(
        self, ranges: Ranges, chips: npt.NDArray[np.uint8], tmp_path: Path
    ) -> None:
        """That they matter at all: without this, the test above would show nothing."""
        narrow = {name: (low / 20, high / 20) for name, (low, high) in ranges.items()}
        expected = run(small_network(), tmp_path / "fp32.onnx", chips)

        found = run(quantize_by(small_network(), narrow), tmp_path / "int8.onnx", chips)

        assert (np.linalg.norm(found, axis=1) < 0.5 * np.linalg.norm(expected, axis=1)).all()

    def test_nothing_is_logged_and_the_log_is_left_as_it_was(
        self, ranges: Ranges, caplog: pytest.LogCaptureFixture
    ) -> None:
        level = logging.getLogger().level

        quantize_by(small_network(), ranges)

        assert caplog.records == []
        assert logging.getLogger().level == level

    @pytest.mark.parametrize("name", UNMEASURED)
    def test_a_model_that_was_not_measured_is_refused_with_what_to_set(self, name: str) -> None:
        (model,) = (each for each in catalogue.MODELS if each.name == name)

        with pytest.raises(ModelMissingError, match=f"{name} .*MIEN_PRECISION=fp32"):
            quantize(small_network(), model)


class TestFp16:
    def test_its_vectors_are_those_of_the_network_it_is_made_of(
        self, chips: npt.NDArray[np.uint8], tmp_path: Path
    ) -> None:
        expected = run(small_network(), tmp_path / "fp32.onnx", chips)

        found = run(halve(small_network()), tmp_path / "fp16.onnx", chips)

        assert found.dtype == np.float32
        assert cosines(found, expected).min() > 0.9999

    def test_its_weights_are_stored_in_two_bytes_each(self) -> None:
        stored = {
            tensor.data_type
            for tensor in halve(small_network()).graph.initializer
            if len(tensor.dims) > 1
        }

        assert stored == {onnx.TensorProto.FLOAT16}


class TestMeasuring:
    def test_ranges_contain_what_was_seen(
        self, ranges: Ranges, chips: npt.NDArray[np.uint8], tmp_path: Path
    ) -> None:
        low, high = ranges["vector"]

        values = run(small_network(), tmp_path / "fp32.onnx", chips)

        # All but a hundred thousandth, of which there is none among so few.
        assert low <= values.min() + 1e-3 * (high - low)
        assert high >= values.max() - 1e-3 * (high - low)

    def test_each_float_inside_is_measured(self, ranges: Ranges) -> None:
        inferred = onnx.shape_inference.infer_shapes(small_network())
        inside = {
            value.name
            for value in inferred.graph.value_info
            if value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT
        }

        assert set(ranges) == {*inside, "vector"}

    def test_a_range_contains_zero_for_that_is_what_borders_are_filled_with(
        self, ranges: Ranges
    ) -> None:
        assert all(low <= 0 <= high for low, high in ranges.values())

    @given(st.integers(1, 15))
    def test_it_does_not_matter_much_how_the_chips_are_batched(self, first: int) -> None:
        rng = np.random.default_rng(3)
        chips = rng.integers(0, 256, (16, SIDE_PX, SIDE_PX, 3), dtype=np.uint8)

        together = measure_ranges(small_network(), [chips])
        parted = measure_ranges(small_network(), [chips[:first], chips[first:]])

        for name, (low, high) in together.items():
            assert parted[name] == pytest.approx((low, high), abs=0.02 * (high - low))

    def test_more_chips_never_narrow_a_range(self, chips: npt.NDArray[np.uint8]) -> None:
        few = measure_ranges(small_network(), [chips[:4]])
        more = measure_ranges(small_network(), [chips[:4], chips[4:]])

        for name, (low, high) in few.items():
            assert more[name][0] <= low
            assert more[name][1] >= high

    def test_one_outlier_does_not_widen_a_range(self) -> None:
        graph = GraphBuilder()
        value = graph.add("Cast", "rgb", to=1)
        network = graph.model(
            inputs={"rgb": (onnx.TensorProto.UINT8, ["n", 400, 400, 3])},
            outputs={"values": (value, ["n", 400, 400, 3])},
        )
        pixels = np.full((1, 400, 400, 3), 10, np.uint8)
        pixels[0, 0, 0, 0] = 255

        assert measure_ranges(network, [pixels])["values"] == (0.0, 10.0)

    def test_the_network_is_left_as_it_was(self, chips: npt.NDArray[np.uint8]) -> None:
        network = small_network()

        measure_ranges(network, [chips])

        assert network == small_network()


class TestShipped:
    @pytest.mark.parametrize("model", MEASURED)
    def test_ranges_are_shipped_for_what_runs_in_int8(self, model: str) -> None:
        ranges = read_ranges(model)

        assert has_ranges(model)
        assert len(ranges) > 50
        assert all(low <= 0 <= high for low, high in ranges.values())
        assert all(low < high for name, (low, high) in ranges.items() if "Constant" not in name)

    @pytest.mark.parametrize("model", UNMEASURED)
    def test_others_have_none(self, model: str) -> None:
        assert not has_ranges(model)
        for read in (read_ranges, ranges_digest):
            with pytest.raises(ModelMissingError, match="MIEN_PRECISION=fp32"):
                read(model)

    def test_the_digest_changes_with_a_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        text = activation_ranges._text("resnet29")
        before = ranges_digest("resnet29")
        monkeypatch.setattr(activation_ranges, "_text", lambda _model: text)
        assert ranges_digest("resnet29") == before

        monkeypatch.setattr(activation_ranges, "_text", lambda _model: text.replace("1", "2", 1))
        assert ranges_digest("resnet29") != before

    def test_the_digest_is_a_models_own(self) -> None:
        assert len({ranges_digest(model) for model in MEASURED}) == len(MEASURED)
