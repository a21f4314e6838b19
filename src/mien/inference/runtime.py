"""ONNX Runtime sessions with the settings that a small, steady server wants."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final, Protocol, final

import numpy as np
import numpy.typing as npt
import onnxruntime

from mien.errors import ProviderMissingError, WeightsCorruptError

_LOG_ERRORS_ONLY: Final = 3


class Provider(StrEnum):
    """What runs the networks."""

    CPU = "cpu"
    CUDA = "cuda"
    OPENVINO = "openvino"
    COREML = "coreml"


_PROVIDER_NAMES: Final = {
    Provider.CPU: "CPUExecutionProvider",
    Provider.CUDA: "CUDAExecutionProvider",
    Provider.OPENVINO: "OpenVINOExecutionProvider",
    Provider.COREML: "CoreMLExecutionProvider",
}

_CPU: Final = _PROVIDER_NAMES[Provider.CPU]


def best_provider() -> Provider:
    """Return CUDA where this build of ONNX Runtime has it, else the CPU; drivers may be missing."""
    has_cuda = _PROVIDER_NAMES[Provider.CUDA] in _available()
    return Provider.CUDA if has_cuda else Provider.CPU


Tensor = npt.NDArray[np.float32]


class Network(Protocol):
    """What runs: a session, or what stands in for one."""

    def run(self, values: npt.NDArray[np.generic]) -> Tensor:
        """Feed the input of a network with one output and return it."""
        ...

    def run_all(self, values: npt.NDArray[np.generic]) -> list[Tensor]:
        """Feed the input and return all outputs, in the order of the graph."""
        ...


@final
class Session:
    """One model with one input; safe to run from several threads.

    A run uses the calling thread plus *threads* - 1 of its own. One is right for a server
    (concurrent requests fill the cores), the number of cores for a single caller in a hurry.
    """

    def __init__(self, model: Path, *, threads: int, provider: Provider = Provider.CPU) -> None:
        """Load the model.

        Raises ProviderMissingError when this build of ONNX Runtime or this machine lacks the
        provider, and WeightsCorruptError when the model cannot be read.
        """
        wanted = _PROVIDER_NAMES[provider]
        if wanted not in onnxruntime.get_available_providers():
            raise _missing(provider)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _LOG_ERRORS_ONLY
        # An arena keeps the largest image's buffers forever, a pattern one plan per image size; and
        # threads that share an arena take turns at memory that the other one's core has cached.
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False
        # Products of eight bits must not be cut off where they are added up.
        options.add_session_config_entry("session.x64quantprecision", str(int(_cuts_off_sums())))
        # Idle threads must not spin: the core belongs to the next request.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                model, options, providers=list(dict.fromkeys((wanted, _CPU)))
            )
        except Exception as error:  # onnxruntime's own exception types are not public
            raise WeightsCorruptError(f"{model} cannot be loaded: delete it and restart") from error
        if self._session.get_providers()[0] != wanted:  # ONNX Runtime itself would only warn
            raise _missing(provider)
        self._input: Final = self._session.get_inputs()[0].name

    def run(self, values: npt.NDArray[np.generic]) -> Tensor:
        """Feed the input of a model with one output and return it."""
        (output,) = self.run_all(values)
        return output

    def run_all(self, values: npt.NDArray[np.generic]) -> list[Tensor]:
        """Feed the input and return all outputs, in the order of the graph."""
        outputs = self._session.run(None, {self._input: np.ascontiguousarray(values)})
        return [np.asarray(output, dtype=np.float32) for output in outputs]


@cache
def _cuts_off_sums() -> bool:
    """Tell whether this processor's usual way with int8 gives wrong sums.

    x86 without VNNI adds two products of eight bits up in sixteen. ONNX Runtime can add exactly
    there, in twice the time; so the sum of 64 products is tried.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _LOG_ERRORS_ONLY
    session = onnxruntime.InferenceSession(
        resources.files("mien.inference").joinpath("eight_bit_product.onnx").read_bytes(),
        options,
        providers=[_CPU],
    )
    largest = {"a": np.full((16, 64), 255, np.uint8), "b": np.full((64, 16), 127, np.int8)}
    (product,) = session.run(None, largest)
    return bool((np.asarray(product) != 64 * 255 * 127).any())


def _missing(provider: Provider) -> ProviderMissingError:
    there = ", ".join(name for name, full in _PROVIDER_NAMES.items() if full in _available())
    return ProviderMissingError(
        f"MIEN_PROVIDER={provider} was asked for, and this machine can run {there}: install the "
        "onnxruntime package and drivers for it, or set another provider"
    )


def _available() -> list[str]:
    return list(onnxruntime.get_available_providers())
