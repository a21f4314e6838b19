"""What expressions are read on: the best there is, unless it is said."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import onnxruntime
import pytest

from mien.bootstrap.emotion import load_expressions
from mien.core.expression import Expression
from mien.errors import ProviderMissingError
from mien.settings import Settings

CUDA, CPU = "CUDAExecutionProvider", "CPUExecutionProvider"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Pretend that ONNX Runtime was built for a GPU; whoever wants it gets the CPU."""
    real, wanted = onnxruntime.InferenceSession, list[str]()

    def open_session(
        model: Path | bytes, options: onnxruntime.SessionOptions, providers: list[str]
    ) -> onnxruntime.InferenceSession:
        if isinstance(model, Path):  # not what only tries the processor
            wanted.append(providers[0])
        return real(model, options, providers=[CPU])

    monkeypatch.setattr(onnxruntime, "InferenceSession", open_session)
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CUDA, CPU])
    return wanted


def load(folder: Path, provider: Literal["cpu", "cuda"] | None) -> None:
    loaded = load_expressions(Settings(data_dir=folder, provider=provider), threads=1)
    assert loaded.reader.model.order == tuple(Expression)


def test_a_gpu_is_tried_first_and_without_its_drivers_the_cpu_serves(
    tmp_path: Path, asked: list[str]
) -> None:
    load(tmp_path, None)
    assert asked == [CUDA, CPU]


def test_whoever_says_cpu_gets_that(tmp_path: Path, asked: list[str]) -> None:
    load(tmp_path, "cpu")
    assert asked == [CPU]


def test_whoever_says_cuda_gets_that_or_an_error(tmp_path: Path, asked: list[str]) -> None:
    with pytest.raises(ProviderMissingError, match="MIEN_PROVIDER=cuda"):
        load(tmp_path, "cuda")
    assert asked == [CUDA]


def test_without_a_gpu_the_cpu_is_asked_at_once(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CPU])
    load(tmp_path, None)
    assert asked == [CPU]
