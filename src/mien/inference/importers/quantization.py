"""Smaller variants of a network: static int8, and 16-bit floats.

Int8: weights per channel, activations by ranges that were measured on faces.

On two cores a face is embedded in less than half the time; docs/models.md has what it costs in
accuracy. Source: B. Jacob et al., Quantization and training of neural networks for efficient
integer-arithmetic-only inference, CVPR 2018; ONNX Runtime's QDQ format.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationMethod, QuantType
from onnxruntime.quantization.calibrate import TensorData, TensorsData
from onnxruntime.quantization.qdq_quantizer import QDQQuantizer

from mien.inference.importers.activation_ranges import Ranges, read_ranges
from mien.inference.model import Model

_OPERATORS: Final = ("Conv", "Relu", "Clip", "Add", "MaxPool", "AveragePool", "PRelu", "MatMul")
"""What runs in integers; pooling to a vector and what follows it stays in floats."""


def quantize(network: onnx.ModelProto, model: Model) -> onnx.ModelProto:
    """Return the int8 variant of an imported network; raise ModelMissingError without ranges."""
    return quantize_by(network, read_ranges(model.name))


def quantize_by(network: onnx.ModelProto, ranges: Ranges) -> onnx.ModelProto:
    """Return the network with int8 weights and uint8 activations within *ranges*."""
    data = TensorsData(
        CalibrationMethod.MinMax,
        {
            name: TensorData(lowest=np.array(low, np.float32), highest=np.array(high, np.float32))
            for name, (low, high) in ranges.items()
        },
    )
    with _quiet():
        quantizer = QDQQuantizer(
            network,
            per_channel=True,
            reduce_range=False,
            weight_qType=QuantType.QInt8,
            activation_qType=QuantType.QUInt8,
            tensors_range=data,
            nodes_to_quantize=[],
            nodes_to_exclude=[],
            op_types_to_quantize=list(_OPERATORS),
            extra_options={"ForceQuantizeNoInputCheck": True},
        )
        quantizer.quantize_model()
    quantized: onnx.ModelProto = quantizer.model.model
    quantized.producer_name = "mien"
    return quantized


def halve(network: onnx.ModelProto) -> onnx.ModelProto:
    """Return the network with 16-bit floats inside: half the size; faster only on a GPU."""
    from onnxruntime.transformers.float16 import convert_float_to_float16

    halved: onnx.ModelProto = convert_float_to_float16(network, keep_io_types=True)
    return halved


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the quantizer's advice about preprocessing out of the log: it is done already."""
    logger = logging.getLogger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
