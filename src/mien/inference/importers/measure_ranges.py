"""Measures how large the values inside a network get."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime

from mien.inference.importers.activation_ranges import Ranges

_SHARE: Final = 1e-5
"""Of the values of a tensor in one batch that may lie outside: one outlier would cost all others
their precision."""


def measure_ranges(network: onnx.ModelProto, batches: Iterable[npt.NDArray[np.generic]]) -> Ranges:
    """Return the range of every float tensor over *batches* of the network's input."""
    inferred = onnx.shape_inference.infer_shapes(network)
    floats = {
        value.name
        for value in (*inferred.graph.value_info, *inferred.graph.output)
        if value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT
    }
    watched = onnx.ModelProto()
    watched.CopyFrom(network)
    outputs = {value.name for value in watched.graph.output}
    names = sorted(floats | outputs)
    watched.graph.output.extend(
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
        for name in names
        if name not in outputs
    )
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(
        watched.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    (taken,) = session.get_inputs()
    ranges: dict[str, tuple[float, float]] = {}
    for batch in batches:
        for name, values in zip(names, session.run(names, {taken.name: batch}), strict=True):
            low, high = np.quantile(values, [_SHARE, 1 - _SHARE])
            known = ranges.get(name, (0.0, 0.0))
            ranges[name] = (min(known[0], float(low)), max(known[1], float(high)))
    return {name: (round(low, 5), round(high, 5)) for name, (low, high) in ranges.items()}
