"""Builds Inception-ResNet-v1, as FaceNet uses it, from the weights of facenet-pytorch.

Batch normalization and the blocks' scales are folded into the convolutions.

Source: C. Szegedy et al., Inception-v4, Inception-ResNet and the impact of residual
connections on learning, AAAI 2017 (arXiv:1602.07261); the layers of
facenet_pytorch/models/inception_resnet_v1.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, final

import onnx
from onnx import TensorProto

from mien.inference.importers.graph import GraphBuilder
from mien.inference.importers.torch_format import Array
from mien.inference.importers.torch_layers import TorchLayers, fold_pixels
from mien.inference.model import PixelInput

_SIDE_PX: Final = 160
_DIMENSION: Final = 512


def inception_resnet(state: Mapping[str, Array], pixels: PixelInput) -> onnx.ModelProto:
    """Build FaceNet: rgb uint8 [n, 160, 160, 3] -> embeddings [n, 512], not of unit length."""
    net = _Inception(state)
    value = net.stem(pixels)
    for block in range(5):
        value = net.residual(value, f"repeat_1.{block}", scale=0.17, branches=(1, 2, 3))
    value = net.reduce(value, "mixed_6a", branches=(1, 3))
    for block in range(10):
        value = net.residual(value, f"repeat_2.{block}", scale=0.10, branches=(1, 3))
    value = net.reduce(value, "mixed_7a", branches=(2, 2, 3))
    for block in range(5):
        value = net.residual(value, f"repeat_3.{block}", scale=0.20, branches=(1, 3))
    value = net.residual(value, "block8", scale=1.0, branches=(1, 3), rectified=False)
    return net.graph.model(
        inputs={"rgb": (TensorProto.UINT8, ["batch", _SIDE_PX, _SIDE_PX, 3])},
        outputs={"embeddings": (net.project(value), ["batch", _DIMENSION])},
    )


@final
class _Inception:
    """The network under construction."""

    def __init__(self, state: Mapping[str, Array]) -> None:
        self.graph = GraphBuilder()
        self._layers = TorchLayers(state, self.graph)

    def stem(self, pixels: PixelInput) -> str:
        """Add what comes before the first block."""
        value = self._basic(self._layers.planes(), "conv2d_1a", stride=2, pixels=pixels)
        value = self._basic(value, "conv2d_2a")
        value = self._basic(value, "conv2d_2b", padded=True)
        value = self._basic(self._pool(value), "conv2d_3b")
        value = self._basic(value, "conv2d_4a")
        return self._basic(value, "conv2d_4b", stride=2)

    def residual(
        self,
        value: str,
        name: str,
        *,
        scale: float,
        branches: Sequence[int],
        rectified: bool = True,
    ) -> str:
        """Add a block that corrects its input; *branches* count their convolutions."""
        ends = [
            self._branch(value, f"{name}.branch{number}", length)
            for number, length in enumerate(branches)
        ]
        weights, bias = self._layers.convolution(f"{name}.conv2d")
        joined = self.graph.add("Concat", *ends, axis=1)
        correction = self._layers.convolve(joined, weights * scale, bias * scale)
        value = self.graph.add("Add", correction, value)
        return self.graph.add("Relu", value) if rectified else value

    def reduce(self, value: str, name: str, *, branches: Sequence[int]) -> str:
        """Add a block that halves the sides; its last branch is a max pooling."""
        ends = [
            self._branch(value, f"{name}.branch{number}", length, stride=2)
            for number, length in enumerate(branches)
        ]
        return self.graph.add("Concat", *ends, self._pool(value), axis=1)

    def project(self, value: str) -> str:
        """Add the mean over the image and the last linear layer."""
        factor, offset = self._layers.normalization("last_bn")
        weights = self._layers.tensor("last_linear.weight") * factor[:, None]
        value = self.graph.add("Flatten", self.graph.add("GlobalAveragePool", value))
        return self.graph.add(
            "Gemm", value, self.graph.constant(weights.T), self.graph.constant(offset)
        )

    def _branch(self, value: str, name: str, length: int, stride: int = 1) -> str:
        """Add convolutions in a row; only the last may stride, and it does not pad then."""
        for number in range(length):
            own_stride = stride if number == length - 1 else 1
            # A lone convolution is no sequence, so it has no number.
            layer = name if length == 1 else f"{name}.{number}"
            value = self._basic(value, layer, stride=own_stride, padded=own_stride == 1)
        return value

    def _basic(
        self,
        value: str,
        name: str,
        *,
        stride: int = 1,
        padded: bool = False,
        pixels: PixelInput | None = None,
    ) -> str:
        """Add a convolution with its normalization and ReLU; padded ones keep the size."""
        factor, bias = self._layers.normalization(f"{name}.bn")
        weights = self._layers.tensor(f"{name}.conv.weight") * factor[:, None, None, None]
        if pixels is not None:
            weights, bias = fold_pixels(weights, bias, pixels)
        rows, columns = weights.shape[2:]
        padding = (rows // 2, columns // 2) if padded else (0, 0)
        return self.graph.add("Relu", self._layers.convolve(value, weights, bias, stride, padding))

    def _pool(self, value: str) -> str:
        return self.graph.add("MaxPool", value, kernel_shape=[3, 3], strides=[2, 2])
