"""Weights for Inception-ResNet-v1, drawn at random, under facenet-pytorch's names."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Shape = tuple[int, ...]
Float32Array = npt.NDArray[np.float32]


def random_weights(seed: int) -> dict[str, Float32Array]:
    """Draw every tensor in the order of the names, so that activations neither die nor explode."""
    rng = np.random.default_rng(seed)
    return {name: _draw(rng, name, shape) for name, shape in sorted(_shapes())}


def _draw(rng: np.random.Generator, name: str, shape: Shape) -> Float32Array:
    if len(shape) > 1:
        deviation = math.sqrt(2 / math.prod(shape[1:]))
        return rng.standard_normal(shape, np.float32) * np.float32(deviation)
    if name.endswith(("running_var", "bn.weight")):
        return rng.random(shape, np.float32) + np.float32(0.5)
    return rng.standard_normal(shape, np.float32) * np.float32(0.1)


def _shapes() -> Iterator[tuple[str, Shape]]:
    """Yield the names and shapes of facenet_pytorch/models/inception_resnet_v1.py."""
    yield from _basic("conv2d_1a", 3, 32, 3, 3)
    yield from _basic("conv2d_2a", 32, 32, 3, 3)
    yield from _basic("conv2d_2b", 32, 64, 3, 3)
    yield from _basic("conv2d_3b", 64, 80, 1, 1)
    yield from _basic("conv2d_4a", 80, 192, 3, 3)
    yield from _basic("conv2d_4b", 192, 256, 3, 3)
    for block in range(5):
        yield from _block35(f"repeat_1.{block}")
    yield from _basic("mixed_6a.branch0", 256, 384, 3, 3)
    yield from _basic("mixed_6a.branch1.0", 256, 192, 1, 1)
    yield from _basic("mixed_6a.branch1.1", 192, 192, 3, 3)
    yield from _basic("mixed_6a.branch1.2", 192, 256, 3, 3)
    for block in range(10):
        yield from _crossed(f"repeat_2.{block}", 896, 128, 7)
    for branch in (0, 1, 2):
        yield from _basic(f"mixed_7a.branch{branch}.0", 896, 256, 1, 1)
    yield from _basic("mixed_7a.branch0.1", 256, 384, 3, 3)
    yield from _basic("mixed_7a.branch1.1", 256, 256, 3, 3)
    yield from _basic("mixed_7a.branch2.1", 256, 256, 3, 3)
    yield from _basic("mixed_7a.branch2.2", 256, 256, 3, 3)
    for block in range(5):
        yield from _crossed(f"repeat_3.{block}", 1792, 192, 3)
    yield from _crossed("block8", 1792, 192, 3)
    yield "last_linear.weight", (512, 1792)
    yield from _normalization("last_bn", 512)


def _block35(name: str) -> Iterator[tuple[str, Shape]]:
    yield from _basic(f"{name}.branch0", 256, 32, 1, 1)
    yield from _basic(f"{name}.branch1.0", 256, 32, 1, 1)
    yield from _basic(f"{name}.branch1.1", 32, 32, 3, 3)
    yield from _basic(f"{name}.branch2.0", 256, 32, 1, 1)
    yield from _basic(f"{name}.branch2.1", 32, 32, 3, 3)
    yield from _basic(f"{name}.branch2.2", 32, 32, 3, 3)
    yield from _last(f"{name}.conv2d", 96, 256)


def _crossed(name: str, channels: int, inner: int, length: int) -> Iterator[tuple[str, Shape]]:
    """Yield a block with one row and one column as its filters."""
    yield from _basic(f"{name}.branch0", channels, inner, 1, 1)
    yield from _basic(f"{name}.branch1.0", channels, inner, 1, 1)
    yield from _basic(f"{name}.branch1.1", inner, inner, 1, length)
    yield from _basic(f"{name}.branch1.2", inner, inner, length, 1)
    yield from _last(f"{name}.conv2d", 2 * inner, channels)


def _basic(
    name: str, inputs: int, outputs: int, rows: int, columns: int
) -> Iterator[tuple[str, Shape]]:
    yield f"{name}.conv.weight", (outputs, inputs, rows, columns)
    yield from _normalization(f"{name}.bn", outputs)


def _last(name: str, inputs: int, outputs: int) -> Iterator[tuple[str, Shape]]:
    yield f"{name}.weight", (outputs, inputs, 1, 1)
    yield f"{name}.bias", (outputs,)


def _normalization(name: str, channels: int) -> Iterator[tuple[str, Shape]]:
    for tensor in ("weight", "bias", "running_mean", "running_var"):
        yield f"{name}.{tensor}", (channels,)
