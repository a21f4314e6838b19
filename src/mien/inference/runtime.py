"""ONNX Runtime sessions with the settings that a small, steady server wants."""

from __future__ import annotations

from pathlib import Path
from typing import Final, final

import numpy as np
import numpy.typing as npt
import onnxruntime

from mien.errors import WeightsCorruptError

_LOG_ERRORS_ONLY: Final = 3


@final
class Session:
    """One model with one input and one output; safe to run from several threads.

    A run uses the calling thread plus *threads* - 1 of its own. One is right for a server
    (concurrent requests fill the cores), the number of cores for a single caller in a hurry.
    """

    def __init__(self, model: Path, *, threads: int) -> None:
        """Load the model; raise WeightsCorruptError when ONNX Runtime cannot."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _LOG_ERRORS_ONLY
        # An arena keeps the largest image's buffers forever, a pattern one plan per image size.
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False
        # Idle threads must not spin: the core belongs to the next request.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own exception types are not public
            raise WeightsCorruptError(f"{model} cannot be loaded: delete it and restart") from error
        self._input: Final = self._session.get_inputs()[0].name

    def run(self, values: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
        """Feed the input and return the output."""
        (output,) = self._session.run(None, {self._input: np.ascontiguousarray(values)})
        return np.asarray(output, dtype=np.float32)
