from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from mien.errors import ProviderMissingError, WeightsCorruptError
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
