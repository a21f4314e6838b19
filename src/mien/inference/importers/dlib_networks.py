"""Turns dlib's two convolutional networks into ONNX graphs.

Both graphs take what the pipeline has, uint8 RGB in NHWC order: the transposition and the
cast are nodes, and the normalization ``(x - mean) / 256`` as well as dlib's affine layers are
folded into the convolutions, which is exact because neither network pads its first layer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import onnx
from onnx import TensorProto

from mien.errors import WeightsCorruptError
from mien.inference.importers.dlib_format import DlibReader, Float32Array
from mien.inference.importers.graph import GraphBuilder

_RGB_MEAN: Final = np.array([122.782, 117.001, 104.298], dtype=np.float64)
_RGB_SCALE: Final = 256.0
_BATCH_NORM_EPSILON: Final = 1e-5
_STAGES: Final = ((32, 3), (64, 4), (128, 3), (256, 3), (256, 1))
"""ResNet-29: (channels, blocks) per stage; every stage but the first starts by halving."""
_CONVOLUTIONS: Final = 29
_LANES: Final = 16
"""Channels that ONNX Runtime's fast convolutions take at a time; others run at half their speed."""
_TO_THE_END: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Convolution:
    """One convolution with the affine layer behind it already folded in.

    weights: float32 [out, in, rows, columns]; bias: float32 [out].
    """

    weights: Float32Array
    bias: Float32Array
    stride: tuple[int, int]
    padding: tuple[int, int]


def read_convolutions(data: bytes) -> list[Convolution]:
    """Return the file's convolutions in order from input to output, affine layers folded in."""
    layers: list[Convolution] = []
    position = 0
    while (reader := DlibReader.after(data, "con_4", start=position)) is not None:
        layers.append(_read_convolution(data, reader))
        position = reader.offset
    if not layers:
        raise WeightsCorruptError("no convolution was found in the dlib network file")
    layers[0] = _fold_normalization(layers[0])
    return layers


def _read_convolution(data: bytes, reader: DlibReader) -> Convolution:
    values = reader.tensor().reshape(-1)
    filters, rows, columns, *geometry = reader.integers(7)
    stride, padding = (geometry[0], geometry[1]), (geometry[2], geometry[3])
    bias = values[-filters:]
    weights = values[:-filters].reshape(filters, -1, rows, columns)
    gamma, beta = _read_affine(data, start=reader.offset, channels=filters)
    return Convolution(
        weights=(weights * gamma[:, None, None, None]).astype(np.float32),
        bias=(bias * gamma + beta).astype(np.float32),
        stride=stride,
        padding=padding,
    )


def _read_affine(data: bytes, *, start: int, channels: int) -> tuple[Float32Array, Float32Array]:
    """Return (gamma, beta) of the affine or batch-norm layer before the next convolution."""
    following = DlibReader.after(data, "con_4", start=start)
    end = following.offset if following is not None else len(data)
    if (reader := DlibReader.after(data, "affine_", start=start)) and reader.offset < end:
        parameters = reader.tensor().reshape(2, channels)
        return parameters[0], parameters[1]
    if (reader := DlibReader.after(data, "bn_con2", start=start)) and reader.offset < end:
        parameters = reader.tensor().reshape(2, channels)
        reader.integers(10)  # two alias tensors
        _means, _invstds = reader.tensor(), reader.tensor()
        mean, variance = reader.tensor().reshape(-1), reader.tensor().reshape(-1)
        gamma = parameters[0] / np.sqrt(variance + _BATCH_NORM_EPSILON)
        return gamma, parameters[1] - gamma * mean
    return np.ones(channels, np.float32), np.zeros(channels, np.float32)


def _fold_normalization(layer: Convolution) -> Convolution:
    weights = layer.weights.astype(np.float64) / _RGB_SCALE
    bias = layer.bias - (weights * _RGB_MEAN[None, :, None, None]).sum(axis=(1, 2, 3))
    return Convolution(
        weights.astype(np.float32), bias.astype(np.float32), layer.stride, layer.padding
    )


def _planes(graph: GraphBuilder) -> str:
    """Return the image as float32 planes, NCHW."""
    planes = graph.add("Transpose", "rgb", perm=[0, 3, 1, 2])
    return graph.add("Cast", planes, to=TensorProto.FLOAT)


def _brighten(graph: GraphBuilder, value: str) -> str:
    """Map 0..255 to 0..255 by a gamma of 1/2."""
    white = graph.constant(np.array([255.0], dtype=np.float32))
    return graph.add("Sqrt", graph.add("Mul", value, white))


def _convolve(graph: GraphBuilder, value: str, layer: Convolution) -> str:
    return graph.add(
        "Conv",
        value,
        graph.constant(layer.weights),
        graph.constant(layer.bias),
        kernel_shape=list(layer.weights.shape[2:]),
        strides=list(layer.stride),
        pads=[*layer.padding, *layer.padding],
    )


def _fill_lanes(layers: Sequence[Convolution]) -> Iterator[Convolution]:
    """Add filters of zeros behind each layer but the last, 45 to 48, and inputs for them."""
    inputs = layers[0].weights.shape[1]
    for layer in layers:
        filters = layer.weights.shape[0]
        wanted = filters if layer is layers[-1] else -(-filters // _LANES) * _LANES
        missing = ((0, wanted - filters), (0, inputs - layer.weights.shape[1]), (0, 0), (0, 0))
        weights, bias = np.pad(layer.weights, missing), np.pad(layer.bias, missing[0])
        yield Convolution(weights, bias, layer.stride, layer.padding)
        inputs = wanted


def _convolve_by_rows(graph: GraphBuilder, value: str, layer: Convolution) -> str:
    """Convolve by the one filter of *layer*, which alone would fill one lane of sixteen.

    Each row of the filter becomes a filter; their outputs are added, each shifted by its row.
    """
    rows = layer.weights[0].transpose(1, 0, 2)[:, :, None]
    bias = np.zeros(len(rows), np.float32)
    bias[0] = layer.bias[0]
    value = _convolve(graph, value, Convolution(rows, bias, layer.stride, layer.padding))
    axes = graph.constant(np.array([1, 2]))
    shifted = [
        graph.add(
            "Slice",
            value,
            graph.constant(np.array([row, row])),
            graph.constant(np.array([row + 1, row + 1 - len(rows) or _TO_THE_END])),
            axes,
        )
        for row in range(len(rows))
    ]
    return graph.add("Sum", *shifted)


def mmod_detector(data: bytes) -> onnx.ModelProto:
    """Build the MMOD face detector: rgb uint8 [N, H, W, 3] -> scores float32 [N, 1, h, w].

    The image is brightened (gamma 1/2) first. dlib's network misses dark faces: of 3,811 LFW
    images it finds 72 no face in, most of them dark or shaded; brightened, 52 of those are found
    while well-lit faces keep their scores (docs/adr/0004).
    """
    graph = GraphBuilder()
    *hidden, last = _fill_lanes(read_convolutions(data))
    value = _brighten(graph, _planes(graph))
    for layer in hidden:
        value = graph.add("Relu", _convolve(graph, value, layer))
    value = _convolve_by_rows(graph, value, last)
    return graph.model(
        inputs={"rgb": (TensorProto.UINT8, ["batch", "height", "width", 3])},
        outputs={"scores": (value, ["batch", 1, "rows", "columns"])},
    )


def resnet_embedder(data: bytes) -> onnx.ModelProto:
    """Build ResNet-29: rgb uint8 [N, 150, 150, 3] -> embeddings float32 [N, 128]."""
    convolutions = read_convolutions(data)
    if len(convolutions) != _CONVOLUTIONS:
        raise WeightsCorruptError(
            f"the embedding network has {len(convolutions)} convolutions, not {_CONVOLUTIONS}"
        )
    layers = iter(convolutions)
    graph = GraphBuilder()
    value = graph.add("Relu", _convolve(graph, _planes(graph), next(layers)))
    value = graph.add("MaxPool", value, kernel_shape=[3, 3], strides=[2, 2])
    channels, side = 32, 35
    for stage, (width, blocks) in enumerate(_STAGES):
        for block in range(blocks):
            first, second = next(layers), next(layers)
            inner = graph.add("Relu", _convolve(graph, value, first))
            inner = _convolve(graph, inner, second)
            if stage > 0 and block == 0:
                side_out = (side - 3) // 2 + 1
                value, inner = _halve(graph, value, inner, channels, width, side, side_out)
                side, channels = max(side // 2, side_out), width
            value = graph.add("Relu", graph.add("Add", inner, value))
    value = graph.add("Flatten", graph.add("GlobalAveragePool", value))
    value = graph.add("MatMul", value, graph.constant(_read_projection(data)))
    return graph.model(
        inputs={"rgb": (TensorProto.UINT8, ["batch", 150, 150, 3])},
        outputs={"embeddings": (value, ["batch", 128])},
    )


def _halve(
    graph: GraphBuilder, value: str, inner: str, channels: int, width: int, side: int, side_out: int
) -> tuple[str, str]:
    """Average-pool the shortcut and zero-pad both branches to the larger of the two."""
    pooled = graph.add("AveragePool", value, kernel_shape=[2, 2], strides=[2, 2])
    pooled_side = side // 2
    target = max(pooled_side, side_out)
    shortcut = _pad_end(graph, pooled, width - channels, target - pooled_side)
    return shortcut, _pad_end(graph, inner, 0, target - side_out)


def _pad_end(graph: GraphBuilder, value: str, channels: int, pixels: int) -> str:
    if channels == 0 and pixels == 0:
        return value
    pads = graph.constant(np.array([0, 0, 0, 0, 0, channels, pixels, pixels], np.int64))
    return graph.add("Pad", value, pads, mode="constant")


def _read_projection(data: bytes) -> Float32Array:
    reader = DlibReader.after(data, "fc_2")
    if reader is None:
        raise WeightsCorruptError("the embedding network has no final projection")
    outputs, _bias_mode = reader.integers(2)
    return reader.tensor().reshape(-1, outputs)
