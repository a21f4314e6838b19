"""Builds MTCNN's three networks from the weights of facenet-pytorch.

Source: K. Zhang et al., Joint face detection and alignment using multitask cascaded
convolutional networks, IEEE Signal Processing Letters 2016 (arXiv:1604.02878); the layers of
facenet_pytorch/models/mtcnn.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
import onnx
from onnx import TensorProto

from mien.inference.importers.graph import GraphBuilder
from mien.inference.importers.torch_format import Array
from mien.inference.importers.torch_layers import Float32Array, TorchLayers, fold_pixels
from mien.inference.model import PixelInput


@dataclass(frozen=True, slots=True)
class _Refiner:
    """What RNet and ONet differ in.

    pools: the side of the max pooling behind each convolution, None where there is none.
    heads: the numbers of the dense layers that give scores, boxes and landmarks.
    """

    side_px: int
    pools: tuple[int | None, ...]
    dense: str
    heads: tuple[str, ...]


_RNET: Final = _Refiner(24, (3, 3, None), "4", ("5_1", "5_2"))
_ONET: Final = _Refiner(48, (3, 3, 2, None), "5", ("6_1", "6_2", "6_3"))


def proposal_network(state: Mapping[str, Array], pixels: PixelInput) -> onnx.ModelProto:
    """Build PNet: rgb uint8 [n, h, w, 3] -> scores [n, rows, columns], boxes [n, 4, rows, columns].

    Cell (i, j) has seen 12 x 12 pixels from (2 j, 2 i); its box is left, top, right and bottom
    relative to those, in shares of their size.
    """
    net = _Mtcnn(state, pixels)
    value = net.convolve_stages((2, None, None))
    score = net.layers.convolve(value, *_difference(*net.layers.convolution("conv4_1")))
    score = net.graph.add("Squeeze", score, net.graph.constant(np.array([1])))
    boxes = net.layers.convolve(value, *net.layers.convolution("conv4_2"))
    return net.graph.model(
        inputs={"rgb": (TensorProto.UINT8, ["batch", "height", "width", 3])},
        outputs={
            "scores": (net.graph.add("Sigmoid", score), ["batch", "rows", "columns"]),
            "boxes": (boxes, ["batch", 4, "rows", "columns"]),
        },
    )


def refinement_network(state: Mapping[str, Array], pixels: PixelInput) -> onnx.ModelProto:
    """Build RNet: rgb uint8 [n, 24, 24, 3] -> scores [n], boxes [n, 4] in shares of the input."""
    return _refiner(_RNET, state, pixels)


def output_network(state: Mapping[str, Array], pixels: PixelInput) -> onnx.ModelProto:
    """Build ONet: rgb uint8 [n, 48, 48, 3] -> scores [n], boxes [n, 4], landmarks [n, 10].

    The landmarks are five x, then five y, in shares of the input's size.
    """
    return _refiner(_ONET, state, pixels)


def _refiner(facts: _Refiner, state: Mapping[str, Array], pixels: PixelInput) -> onnx.ModelProto:
    net = _Mtcnn(state, pixels)
    value = net.convolve_stages(facts.pools)
    weights, bias = net.layers.convolution(f"dense{facts.dense}")
    value = net.multiply(net.graph.add("Flatten", value), _by_channel(weights, net.channels), bias)
    value = net.layers.activate(value, f"prelu{facts.dense}", 0)
    score_head, *heads = facts.heads
    score = net.multiply(value, *_difference(*net.layers.convolution(f"dense{score_head}")))
    score = net.graph.add("Squeeze", score, net.graph.constant(np.array([1])))
    outputs: dict[str, tuple[str, Sequence[int | str]]] = {
        "scores": (net.graph.add("Sigmoid", score), ["batch"])
    }
    for name, size, head in zip(("boxes", "landmarks"), (4, 10), heads, strict=False):
        values = net.multiply(value, *net.layers.convolution(f"dense{head}"))
        outputs[name] = (values, ["batch", size])
    return net.graph.model(
        inputs={"rgb": (TensorProto.UINT8, ["batch", facts.side_px, facts.side_px, 3])},
        outputs=outputs,
    )


@final
class _Mtcnn:
    """One of the three networks under construction."""

    def __init__(self, state: Mapping[str, Array], pixels: PixelInput) -> None:
        self.graph = GraphBuilder()
        self.layers = TorchLayers(state, self.graph)
        self.channels = 3
        self._pixels = pixels

    def convolve_stages(self, pools: Sequence[int | None]) -> str:
        """Add convolutions 1, 2, ..., each with its PReLU and max pooling."""
        value = self.layers.planes()
        for number, side in enumerate(pools, start=1):
            weights, bias = self.layers.convolution(f"conv{number}")
            if number == 1:
                weights, bias = fold_pixels(weights, bias, self._pixels)
            self.channels = len(weights)
            value = self.layers.convolve(value, weights, bias)
            value = self.layers.activate(value, f"prelu{number}", 2)
            if side is not None:
                value = self.graph.add(
                    "MaxPool", value, kernel_shape=[side, side], strides=[2, 2], ceil_mode=1
                )
        return value

    def multiply(self, value: str, weights: Float32Array, bias: Float32Array) -> str:
        """Add a dense layer by weights [out, in]."""
        return self.graph.add(
            "Gemm", value, self.graph.constant(weights.T), self.graph.constant(bias)
        )


def _difference(weights: Float32Array, bias: Float32Array) -> tuple[Float32Array, Float32Array]:
    """Return what gives the logit of "face": a softmax of two is a sigmoid of their difference."""
    return weights[1:] - weights[:1], bias[1:] - bias[:1]


def _by_channel(weights: Float32Array, channels: int) -> Float32Array:
    """Return dense weights [out, in] for square inputs in the order channel, y, x.

    facenet-pytorch has them in the order x, y, channel.
    """
    side = round((weights.shape[1] / channels) ** 0.5)
    by_x = weights.reshape(-1, side, side, channels)
    return by_x.transpose(0, 3, 2, 1).reshape(len(weights), -1)
