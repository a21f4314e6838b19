"""Residual networks, in PyTorch for training and as ONNX graphs for use.

Source: K. He et al., Deep residual learning for image recognition, CVPR 2016. Only training
imports this module: PyTorch is the extra `train`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from mien.inference.importers.graph import GraphBuilder

_EPSILON: Final = 1e-5
"""PyTorch's, of its batch normalization."""


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """Channels of each stage, and how many residual blocks it has; all but the first halve.

    colors: of the input. outputs: numbers for each picture. stem_px: side of the first
    convolution, which halves too; pools: whether what follows it halves once more.
    dropout: share of the last features that training leaves out.
    """

    widths: tuple[int, ...]
    blocks: tuple[int, ...]
    colors: int = 3
    outputs: int = 1
    stem_px: int = 7
    pools: bool = True
    dropout: float = 0.0


RESNET18: Final = NetworkShape((64, 128, 256, 512), (2, 2, 2, 2))
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
    """Takes normalized pictures, float32 [n, colors, h, w]; returns float32 [n, outputs]."""

    def __init__(self, shape: NetworkShape) -> None:
        """Draw the first weights from PyTorch's generator."""
        super().__init__()
        self.shape = shape
        first = shape.widths[0]
        self.conv = nn.Conv2d(shape.colors, first, shape.stem_px, 2, shape.stem_px // 2, bias=False)
        self.norm = nn.BatchNorm2d(first)
        widths = [w for w, n in zip(shape.widths, shape.blocks, strict=True) for _ in range(n)]
        begins = np.cumsum(shape.blocks[:-1]).tolist()
        self.strides = tuple(2 if number in begins else 1 for number in range(len(widths)))
        self.blocks = nn.Sequential(
            *map(ResidualBlock, [first, *widths[:-1]], widths, self.strides)
        )
        self.dropout = nn.Dropout(shape.dropout)
        self.dense = nn.Linear(widths[-1], shape.outputs)

    def forward(self, value: torch.Tensor) -> torch.Tensor:
        """Return what the network says of each picture: log-odds, or logits."""
        value = torch.relu(self.norm(self.conv(value)))
        if self.shape.pools:
            value = nn.functional.max_pool2d(value, 3, 2, 1)
        value = self.blocks(value)
        outputs: torch.Tensor = self.dense(self.dropout(value.mean(dim=(2, 3))))
        return outputs


def add_to_graph(
    graph: GraphBuilder,
    network: ResNet,
    value: str,
    dtype: type[np.float32 | np.float16] = np.float32,
) -> str:
    """Add a trained network to a graph and return its output, [n, outputs].

    value: what the network was trained on. dtype: of the weights as they are stored; they are
    used as float32.
    """
    state = {name: tensor.detach().numpy() for name, tensor in network.state_dict().items()}
    writer = _Writer(graph, state, dtype)
    value = graph.add("Relu", writer.convolve(value, ("conv", "norm"), stride=2))
    if network.shape.pools:
        value = graph.add("MaxPool", value, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    for number, stride in enumerate(network.strides):
        value = writer.add_block(value, f"blocks.{number}.", stride)
    value = graph.add("Flatten", graph.add("GlobalAveragePool", value))
    weights, bias = (writer.stored(state[f"dense.{name}"]) for name in ("weight", "bias"))
    return graph.add("Gemm", value, weights, bias, transB=1)


@dataclass(frozen=True, slots=True)
class _Writer:
    graph: GraphBuilder
    state: Mapping[str, npt.NDArray[np.float32]]
    dtype: type[np.float32 | np.float16]

    def stored(self, weights: npt.NDArray[np.float32]) -> str:
        return self.graph.floats(weights, self.dtype)

    def add_block(self, value: str, name: str, stride: int) -> str:
        shortcut = value
        if f"{name}conv3.weight" in self.state:
            shortcut = self.convolve(value, (f"{name}conv3", f"{name}norm3"), stride)
        inner = self.convolve(value, (f"{name}conv1", f"{name}norm1"), stride)
        outer = self.convolve(
            self.graph.add("Relu", inner), (f"{name}conv2", f"{name}norm2"), stride=1
        )
        return self.graph.add("Relu", self.graph.add("Add", outer, shortcut))

    def convolve(self, value: str, names: Sequence[str], stride: int) -> str:
        """Add a convolution with the normalization that follows it folded in."""
        conv, norm = names
        state = self.state
        factor = state[f"{norm}.weight"] / np.sqrt(state[f"{norm}.running_var"] + _EPSILON)
        bias = state[f"{norm}.bias"] - factor * state[f"{norm}.running_mean"]
        weights = state[f"{conv}.weight"] * factor[:, None, None, None]
        side = weights.shape[-1]
        return self.graph.add(
            "Conv",
            value,
            self.stored(weights),
            self.stored(bias),
            kernel_shape=[side, side],
            strides=[stride, stride],
            pads=[side // 2] * 4,
        )
