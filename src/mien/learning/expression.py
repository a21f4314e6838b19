"""Trains the network that reads expressions, on what ten people each saw in a face."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from mien.core.expression import Expression
from mien.evaluation.expression.ferplus import SIDE_PX, FerPlus
from mien.inference.importers.graph import GraphBuilder
from mien.learning.faces_varied import VARIATION, vary
from mien.learning.residual import NetworkShape, ResNet, add_to_graph

Progress = Callable[[int, int], None]
"""Called with how many steps are done, and of how many."""

SHAPE: Final = NetworkShape(
    (48, 88, 144),
    (1, 2, 2),
    colors=1,
    outputs=len(Expression),
    stem_px=3,
    pools=False,
    dropout=0.2,
)
"""One million parameters; stored in 16 bits they are the 2 MB that the package gives them."""

_RATE: Final = 0.1
_WARM_UP: Final = 0.15
_MOMENTUM: Final = 0.9
_DECAY: Final = 5e-4
_MIXING: Final = 0.2
_AVERAGED: Final = 0.997
_CALIBRATED_ON: Final = 0.05
"""Share of the faces that are kept back for the temperature."""

_LEAST_DEVIATION: Final = 5.0
"""In gray levels: a face without contrast is not blown up to noise."""

_LUMA: Final = (0.299, 0.587, 0.114)
"""ITU-R BT.601: how red, green and blue make gray, as in FER2013."""

_JUDGED_AT_ONCE: Final = 128

_MARGIN_PX: Final = (SIDE_PX - VARIATION.side_px) // 2
_SEEN: Final = slice(_MARGIN_PX, SIDE_PX - _MARGIN_PX)
"""Rows and columns that the network looks at: as much of a face as a take shows in training."""

_SEED: Final = 20261121


@dataclass(frozen=True, slots=True)
class Training:
    """How long and what is trained; batch: faces of a step, threads: of PyTorch."""

    epochs: int = 36
    batch: int = 128
    shape: NetworkShape = SHAPE
    threads: int = 1


def train_network(faces: FerPlus, training: Training, progress: Progress) -> ResNet:
    """Return a calibrated network; the same faces and threads give the same network.

    The target of each face is the distribution of its votes; two faces are mixed into one (H.
    Zhang et al., mixup, ICLR 2018). What is returned is the moving average over the last steps.
    """
    torch.set_num_threads(training.threads)
    torch.manual_seed(_SEED)
    rng = np.random.default_rng(_SEED)
    faces = faces.with_plurality()
    order = rng.permutation(len(faces))
    kept_back = math.ceil(_CALIBRATED_ON * len(faces))
    calibrated_on, taught = faces[order[:kept_back]], faces[order[kept_back:]]
    network = ResNet(training.shape)
    # Half as fast again on a CPU.
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # not in its types
    decay = get_ema_multi_avg_fn(_AVERAGED)  # type: ignore[no-untyped-call] # not typed by PyTorch
    average = AveragedModel(network, multi_avg_fn=decay, use_buffers=True)
    batches = len(taught) // training.batch or 1
    steps = batches * training.epochs
    optimizer = torch.optim.SGD(_parameters(network), _RATE, momentum=_MOMENTUM, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, _RATE, total_steps=steps, pct_start=_WARM_UP, cycle_momentum=False
    )
    network.train()
    parts = (
        part[: training.batch]
        for _ in range(training.epochs)
        for part in np.array_split(rng.permutation(len(taught)), batches)
    )
    for step, chosen in enumerate(parts):
        pixels = vary(torch.from_numpy(taught.images[chosen]), VARIATION)
        shares = torch.from_numpy(taught.shares[chosen])
        pixels, shares = _mixed(pixels, shares, float(rng.beta(_MIXING, _MIXING)))
        logits = network(_normalized(pixels).contiguous(memory_format=torch.channels_last))
        loss = nn.functional.cross_entropy(logits, shares)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call] # PyTorch has not typed it
        optimizer.step()
        schedule.step()
        average.update_parameters(network)
        progress(step + 1, steps)
    network.load_state_dict(average.module.state_dict())
    return _calibrated(network.eval(), calibrated_on)


def judge(network: ResNet, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Return logits, float32 [n, 8], of gray faces, uint8 [n, 48, 48]."""
    middle = images[:, None, _SEEN, _SEEN]
    with torch.inference_mode():
        parts = [
            network(_normalized(torch.from_numpy(part).float())).numpy()
            for part in np.array_split(middle, math.ceil(len(middle) / _JUDGED_AT_ONCE))
        ]
    return np.concatenate(parts)


def to_onnx(network: ResNet) -> onnx.ModelProto:
    """Return the network as it is used: uint8 RGB [n, 48, 48, 3] to probabilities [n, 8]."""
    graph = GraphBuilder()
    bounds = np.array([[_SEEN.start] * 2, [_SEEN.stop] * 2, [1, 2]])  # of rows and columns
    middle = graph.add("Slice", "rgb", *(graph.constant(row) for row in bounds))
    pixels = graph.add("Cast", middle, to=TensorProto.FLOAT)
    luma = graph.constant(np.array(_LUMA, np.float32)[:, None])
    gray = graph.add("Transpose", graph.add("MatMul", pixels, luma), perm=[0, 3, 1, 2])
    centered = graph.add("Sub", gray, graph.add("ReduceMean", gray, axes=[1, 2, 3]))
    variance = graph.add("ReduceMean", graph.add("Mul", centered, centered), axes=[1, 2, 3])
    least = graph.constant(np.array(_LEAST_DEVIATION**2, np.float32))
    deviation = graph.add("Sqrt", graph.add("Add", variance, least))
    normalized = graph.add("Div", centered, deviation)
    logits = add_to_graph(graph, network, normalized, np.float16)
    return graph.model(
        inputs={"rgb": (TensorProto.UINT8, ["n", SIDE_PX, SIDE_PX, 3])},
        outputs={"probabilities": (graph.add("Softmax", logits), ["n", len(Expression)])},
    )


def _parameters(network: nn.Module) -> list[dict[str, object]]:
    """Return what is learned; only weights of layers are drawn towards 0."""
    every = list(network.parameters())
    return [
        {"params": [p for p in every if p.ndim > 1], "weight_decay": _DECAY},
        {"params": [p for p in every if p.ndim == 1], "weight_decay": 0.0},
    ]


def _normalized(pixels: torch.Tensor) -> torch.Tensor:
    """Return faces [n, 1, h, w] with a mean of 0 and a deviation of nearly 1."""
    centered = pixels - pixels.mean(dim=(1, 2, 3), keepdim=True)
    variance = centered.square().mean(dim=(1, 2, 3), keepdim=True)
    return centered / (variance + _LEAST_DEVIATION**2).sqrt()


def _mixed(
    pixels: torch.Tensor, shares: torch.Tensor, share: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Mix each face with another one of its batch."""
    other = torch.randperm(len(pixels))
    return (
        share * pixels + (1 - share) * pixels[other],
        share * shares + (1 - share) * shares[other],
    )


def _calibrated(network: ResNet, faces: FerPlus) -> ResNet:
    """Divide the logits by the temperature at which they are likeliest on faces kept back.

    C. Guo et al., On calibration of modern neural networks, ICML 2017.
    """
    faces = faces.with_majority()
    logits = torch.from_numpy(judge(network, faces.images))
    answers = torch.from_numpy(faces.majority)
    cold = torch.zeros(1, requires_grad=True)  # minus the temperature's logarithm
    optimizer = torch.optim.LBFGS([cold], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = nn.functional.cross_entropy(logits * cold.exp(), answers)
        value.backward()  # type: ignore[no-untyped-call] # PyTorch has not typed it
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call] # PyTorch has not typed it
    with torch.no_grad():
        network.dense.weight.mul_(cold.exp())
        network.dense.bias.mul_(cold.exp())
    return network
