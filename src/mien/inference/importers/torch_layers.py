"""Adds layers to a graph by the names that PyTorch gives to their weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, final

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from mien.errors import WeightsCorruptError
from mien.inference.importers.graph import GraphBuilder
from mien.inference.importers.torch_format import Array
from mien.inference.model import PixelInput

Float32Array = npt.NDArray[np.float32]

_BATCH_NORM_EPSILON: Final = 1e-3
"""Of the only networks here that normalize batches: TensorFlow's, not PyTorch's, default."""


@final
class TorchLayers:
    """The layers of one state dictionary, added to one graph."""

    def __init__(self, state: Mapping[str, Array], graph: GraphBuilder) -> None:
        """Take the tensors by name, and the graph to add to."""
        self._state = state
        self._graph = graph

    def tensor(self, name: str) -> Float32Array:
        """Return a tensor; raise WeightsCorruptError where it is missing."""
        if name not in self._state:
            raise WeightsCorruptError(f"the network's weights lack {name}")
        return np.asarray(self._state[name], np.float32)

    def planes(self) -> str:
        """Return the input ``rgb`` [n, h, w, 3] as float32 [n, 3, h, w]."""
        transposed = self._graph.add("Transpose", "rgb", perm=[0, 3, 1, 2])
        return self._graph.add("Cast", transposed, to=TensorProto.FLOAT)

    def convolve(
        self,
        value: str,
        weights: Float32Array,
        bias: Float32Array,
        stride: int = 1,
        padding: tuple[int, int] = (0, 0),
    ) -> str:
        """Add a convolution by weights [out, in, h, w]."""
        return self._graph.add(
            "Conv",
            value,
            self._graph.constant(weights.astype(np.float32)),
            self._graph.constant(bias.astype(np.float32)),
            kernel_shape=list(weights.shape[2:]),
            strides=[stride, stride],
            pads=[*padding, *padding],
        )

    def convolution(self, name: str) -> tuple[Float32Array, Float32Array]:
        """Return weights and bias of a convolution or a dense layer."""
        return self.tensor(f"{name}.weight"), self.tensor(f"{name}.bias")

    def normalization(self, name: str) -> tuple[Float32Array, Float32Array]:
        """Return factor and offset [channels] of a batch normalization with fixed statistics."""
        variance = self.tensor(f"{name}.running_var") + _BATCH_NORM_EPSILON
        factor = self.tensor(f"{name}.weight") / np.sqrt(variance)
        offset = self.tensor(f"{name}.bias") - factor * self.tensor(f"{name}.running_mean")
        return factor, offset

    def activate(self, value: str, name: str, dimensions: int) -> str:
        """Add a PReLU; *dimensions* follow that of the channels."""
        slope = self.tensor(f"{name}.weight")
        constant = self._graph.constant(slope.reshape(-1, *[1] * dimensions))
        return self._graph.add("PRelu", value, constant)


def fold_pixels(
    weights: Float32Array, bias: Float32Array, pixels: PixelInput
) -> tuple[Float32Array, Float32Array]:
    """Let a first convolution take 0..255: exact, where it does not pad."""
    scaled = weights / np.array(pixels.deviation, np.float32)[:, None, None]
    mean = np.array(pixels.mean, np.float32)
    return scaled, bias - np.einsum("oihw,i->o", scaled, mean)
