from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest

from mien.errors import ProviderMissingError, WeightsCorruptError
from mien.inference import runtime
from mien.inference.runtime import Provider, Session


@pytest.fixture(scope="module")
def session(models: Mapping[str, Path]) -> Session:
    return Session(models["mmod"], threads=1)


@pytest.mark.parametrize("data", [None, b"", b"this is no model"])
def test_a_file_that_is_no_model_says_what_to_do(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "model.onnx"
    if data is not None:
        path.write_bytes(data)

    with pytest.raises(WeightsCorruptError, match=r"model\.onnx cannot be loaded: delete it"):
        Session(path, threads=1)


def test_a_view_gives_the_same_as_its_copy(session: Session) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (1, 90, 120, 3), dtype=np.uint8)
    mirrored = pixels[:, :, ::-1]

    np.testing.assert_array_equal(session.run(mirrored), session.run(mirrored.copy()))


def test_threads_that_share_a_session_do_not_disturb_each_other(session: Session) -> None:
    rng = np.random.default_rng(2)
    inputs = [rng.integers(0, 256, (1, 80 + 8 * n, 100, 3), dtype=np.uint8) for n in range(8)]
    alone = [session.run(pixels) for pixels in inputs]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(session.run, inputs * 4))

    for expected, found in zip(alone * 4, together, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_a_model_with_several_outputs_gives_all_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "two.onnx"
    path.write_bytes(two_outputs().SerializeToString())

    total, largest = Session(path, threads=1).run_all(np.array([[1.0, 5.0, 2.0]], np.float32))

    assert total.tolist() == [[8.0]]
    assert largest.tolist() == [[5.0]]


def two_outputs() -> onnx.ModelProto:
    """Return a network that answers with the sum and the maximum of a row."""
    kind = onnx.TensorProto.FLOAT
    nodes = [
        onnx.helper.make_node(operator, ["row"], [output], axes=[1])
        for operator, output in (("ReduceSum", "total"), ("ReduceMax", "largest"))
    ]
    graph = onnx.helper.make_graph(
        nodes,
        "two",
        [onnx.helper.make_tensor_value_info("row", kind, [1, 3])],
        [onnx.helper.make_tensor_value_info(name, kind, [1, 1]) for name in ("total", "largest")],
    )
    opset = onnx.helper.make_opsetid("", 11)
    return onnx.helper.make_model(graph, opset_imports=[opset], ir_version=8)


@pytest.mark.parametrize("provider", [each for each in Provider if each is not Provider.CPU])
def test_a_provider_that_is_not_there_is_an_error_that_names_those_that_are(
    models: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch, provider: Provider
) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])

    with pytest.raises(ProviderMissingError, match=f"MIEN_PROVIDER={provider} .* can run cpu:"):
        Session(models["mmod"], threads=1, provider=provider)


def test_a_provider_that_onnx_runtime_gives_up_on_is_an_error_too(
    models: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a driver ONNX Runtime only warns, and runs everything on the CPU."""
    real = onnxruntime.InferenceSession
    there = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: there)
    monkeypatch.setattr(
        onnxruntime,
        "InferenceSession",
        lambda model, options, **_: real(model, options, providers=["CPUExecutionProvider"]),
    )

    with pytest.raises(ProviderMissingError, match="MIEN_PROVIDER=cuda"):
        Session(models["mmod"], threads=1, provider=Provider.CUDA)


class TestSumsOfEightBits:
    """What x86 without VNNI cuts off, and what is done about it there alone."""

    def test_the_network_that_tries_it_is_one_product(self) -> None:
        source = resources.files("mien.inference").joinpath("eight_bit_product.onnx")

        assert onnx.load_model_from_string(source.read_bytes()) == one_product()

    def test_this_processor_cuts_them_off_or_not(self) -> None:
        assert isinstance(runtime._cuts_off_sums(), bool)

    @pytest.mark.parametrize("in_sixteen", [True, False])
    def test_it_is_seen_whether_they_are_cut_off(
        self, monkeypatch: pytest.MonkeyPatch, *, in_sixteen: bool
    ) -> None:
        class Processor:
            def __init__(self, *_: object, **__: object) -> None:
                pass

            def run(
                self, _: None, given: Mapping[str, npt.NDArray[np.generic]]
            ) -> list[npt.NDArray[np.int64]]:
                return [product_of(given["a"], given["b"], in_sixteen=in_sixteen)]

        monkeypatch.setattr(onnxruntime, "InferenceSession", Processor)

        assert runtime._cuts_off_sums.__wrapped__() is in_sixteen

    @pytest.mark.parametrize(("cuts_off", "expected"), [(True, "1"), (False, "0")])
    def test_only_where_they_are_the_slower_exact_way_is_taken(
        self,
        models: Mapping[str, Path],
        monkeypatch: pytest.MonkeyPatch,
        *,
        cuts_off: bool,
        expected: str,
    ) -> None:
        real = onnxruntime.InferenceSession
        chosen: list[str] = []

        def opening(
            model: Path, options: onnxruntime.SessionOptions, **named: list[str]
        ) -> onnxruntime.InferenceSession:
            chosen.append(options.get_session_config_entry("session.x64quantprecision"))
            return real(model, options, **named)

        monkeypatch.setattr(runtime, "_cuts_off_sums", lambda: cuts_off)
        monkeypatch.setattr(onnxruntime, "InferenceSession", opening)

        Session(models["mmod"], threads=1)

        assert chosen == [expected]


def one_product() -> onnx.ModelProto:
    """Return a network that multiplies two matrices, uint8 and int8, to int32."""
    kind = onnx.TensorProto
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMulInteger", ["a", "b"], ["product"])],
        "eight_bit_product",
        [value("a", kind.UINT8, ["n", "k"]), value("b", kind.INT8, ["k", "m"])],
        [value("product", kind.INT32, ["n", "m"])],
    )
    opset = onnx.helper.make_opsetid("", 17)
    return onnx.helper.make_model(graph, producer_name="mien", opset_imports=[opset], ir_version=8)


def product_of(
    a: npt.NDArray[np.generic], b: npt.NDArray[np.generic], *, in_sixteen: bool
) -> npt.NDArray[np.int64]:
    """Multiply matrices; *in_sixteen* as a processor that adds two products in sixteen bits."""
    products = a.astype(np.int64)[:, :, None] * b.astype(np.int64)[None]
    pairs = products.reshape(len(a), -1, 2, b.shape[1]).sum(axis=2)
    limits = np.iinfo(np.int16)
    return np.asarray((pairs.clip(limits.min, limits.max) if in_sixteen else pairs).sum(axis=1))
