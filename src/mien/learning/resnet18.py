"""ResNet-18 for one question, in PyTorch for training and as an ONNX graph for use.

Source: K. He et al., Deep residual learning for image recognition, CVPR 2016. Only training
imports this module: PyTorch is the extra `train`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto
from torch import nn

from mien.inference.importers.graph import GraphBuilder

_PIXEL_MEAN: Final = 127.5
_EPSILON: Final = 1e-5
"""PyTorch's, of its batch normalization."""


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """Channels of each stage, and residual blocks in each."""

    widths: tuple[int, ...]
    blocks: int


RESNET18: Final = NetworkShape((64, 128, 256, 512), blocks=2)
"""11.2 million parameters."""


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions around which the input passes."""

    def __init__(self, taken: int, given: int, stride: int) -> None:
        """Take the channels before and after, and the stride of the first convolution."""
        super().__init__()
        self.conv1 = nn.Conv2d(taken, given, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(given)
        self.conv2 = nn.Conv2d(given, given, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(given)
        self.has_shortcut = stride != 1 or taken != given
        if self.has_shortcut:
            self.conv3 = nn.Conv2d(taken, given, 1, stride, bias=False)
            self.norm3 = nn.BatchNorm2d(given)

    def forward(self, value: torch.Tensor) -> torch.Tensor:
        """Return the block's output, float32 [n, given, h / stride, w / stride]."""
        shortcut = self.norm3(self.conv3(value)) if self.has_shortcut else value
        inner = torch.relu(self.norm1(self.conv1(value)))
        return torch.relu(self.norm2(self.conv2(inner)) + shortcut)


class ResNet(nn.Module):
    """Takes uint8 RGB [n, 3, side, side] and returns log-odds, float32 [n]."""

    def __init__(self, shape: NetworkShape) -> None:
        """Draw the first weights from PyTorch's generator."""
        super().__init__()
        first = shape.widths[0]
        self.conv = nn.Conv2d(3, first, 7, 2, 3, bias=False)
        self.norm = nn.BatchNorm2d(first)
        widths = [width for width in shape.widths for _ in range(shape.blocks)]
        self.strides = tuple(
            2 if number and number % shape.blocks == 0 else 1 for number in range(len(widths))
        )
        self.blocks = nn.Sequential(
            *map(ResidualBlock, [first, *widths[:-1]], widths, self.strides)
        )
        self.dense = nn.Linear(widths[-1], 1)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return the log-odds of a living face."""
        value = (pixels.float() - _PIXEL_MEAN) / _PIXEL_MEAN
        value = torch.relu(self.norm(self.conv(value)))
        value = nn.functional.max_pool2d(value, 3, 2, 1)
        value = self.blocks(value)
        odds: torch.Tensor = self.dense(value.mean(dim=(2, 3)))
        return odds[:, 0]


def to_onnx(network: ResNet, side_px: int) -> onnx.ModelProto:
    """Return the network as it was trained: uint8 RGB [n, side, side, 3] to log-odds [n, 1]."""
    state = {name: tensor.detach().numpy() for name, tensor in network.state_dict().items()}
    graph = GraphBuilder()
    mean = graph.constant(np.array([_PIXEL_MEAN], np.float32))
    planes = graph.add("Transpose", "rgb", perm=[0, 3, 1, 2])
    centered = graph.add("Sub", graph.add("Cast", planes, to=TensorProto.FLOAT), mean)
    value = graph.add("Div", centered, mean)
    value = graph.add("Relu", _convolve(graph, state, value, ("conv", "norm"), stride=2))
    value = graph.add("MaxPool", value, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    for number, stride in enumerate(network.strides):
        value = _add_block(graph, state, value, f"blocks.{number}.", stride)
    value = graph.add("Flatten", graph.add("GlobalAveragePool", value))
    weights, bias = (graph.constant(state[f"dense.{name}"]) for name in ("weight", "bias"))
    value = graph.add("Gemm", value, weights, bias, transB=1)
    return graph.model(
        inputs={"rgb": (TensorProto.UINT8, ["n", side_px, side_px, 3])},
        outputs={"log_odds": (value, ["n", 1])},
    )


_State = Mapping[str, npt.NDArray[np.float32]]


def _add_block(graph: GraphBuilder, state: _State, value: str, name: str, stride: int) -> str:
    shortcut = value
    if f"{name}conv3.weight" in state:
        shortcut = _convolve(graph, state, value, (f"{name}conv3", f"{name}norm3"), stride)
    inner = _convolve(graph, state, value, (f"{name}conv1", f"{name}norm1"), stride)
    inner = graph.add("Relu", inner)
    outer = _convolve(graph, state, inner, (f"{name}conv2", f"{name}norm2"), stride=1)
    return graph.add("Relu", graph.add("Add", outer, shortcut))


def _convolve(
    graph: GraphBuilder, state: _State, value: str, names: Sequence[str], stride: int
) -> str:
    """Add a convolution with the normalization that follows it folded in."""
    conv, norm = names
    factor = state[f"{norm}.weight"] / np.sqrt(state[f"{norm}.running_var"] + _EPSILON)
    bias = state[f"{norm}.bias"] - factor * state[f"{norm}.running_mean"]
    weights = state[f"{conv}.weight"] * factor[:, None, None, None]
    side = weights.shape[-1]
    return graph.add(
        "Conv",
        value,
        graph.constant(weights.astype(np.float32)),
        graph.constant(bias.astype(np.float32)),
        kernel_shape=[side, side],
        strides=[stride, stride],
        pads=[side // 2] * 4,
    )
