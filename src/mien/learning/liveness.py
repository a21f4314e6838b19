"""Trains a network that tells living faces from presentation attacks, on the operator's photos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto

from mien.core.image import Pixels
from mien.evaluation.pad.protocol import PadProtocol
from mien.inference.importers.graph import GraphBuilder
from mien.learning.liveness_samples import LivenessSamples, vary
from mien.learning.residual import RESNET18, NetworkShape, ResNet, add_to_graph

Progress = Callable[[int, int], None]
"""Called with how many steps are done, and of how many."""

_BATCH: Final = 32
_LEARNING_RATE: Final = 1e-3
_DECAY: Final = 5e-2
_SMOOTHING: Final = 0.05
"""Of the labels: a network of this size learns a few hundred faces by heart and is then certain."""

_PIXEL_MEAN: Final = 127.5
_SEED: Final = 20261121


@dataclass(frozen=True, slots=True)
class Training:
    """How long and what is trained; threads: of PyTorch."""

    epochs: int = 6
    shape: NetworkShape = RESNET18
    threads: int = 1


def train_network(samples: LivenessSamples, training: Training, progress: Progress) -> ResNet:
    """Return a network trained on all samples; the same samples give the same network."""
    torch.set_num_threads(training.threads)
    torch.manual_seed(_SEED)
    rng = np.random.default_rng(_SEED)
    network = ResNet(training.shape)
    batches = max(1, len(samples.alive) // _BATCH)
    steps = batches * training.epochs
    optimizer = torch.optim.AdamW(network.parameters(), _LEARNING_RATE, weight_decay=_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _LEARNING_RATE, total_steps=steps)
    # Both kinds count alike, however many there are of each.
    weight = torch.tensor(float((~samples.alive).sum() / samples.alive.sum()))
    network.train()
    every = len(samples.alive)
    order = (
        part
        for _ in range(training.epochs)
        for part in np.array_split(rng.permutation(every), batches)
    )
    for step, chosen in enumerate(order):
        varied = np.stack([vary(samples.crops[place], rng) for place in chosen])
        wanted = torch.from_numpy(samples.alive[chosen].astype(np.float32))
        smooth = wanted * (1 - 2 * _SMOOTHING) + _SMOOTHING
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            network(_planes(varied))[:, 0], smooth, pos_weight=weight
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call] # PyTorch has not typed it
        optimizer.step()
        schedule.step()
        progress(step + 1, steps)
    return network.eval()


def judge(network: ResNet, crops: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Return the log-odds of faces, float64 [n]; crops: uint8 [n, side, side, 3]."""
    network.eval()
    with torch.inference_mode():
        parts = [
            network(_planes(crops[start : start + _BATCH]))[:, 0].numpy()
            for start in range(0, len(crops), _BATCH)
        ]
    return np.concatenate(parts).astype(np.float64)


def judge_held_out(
    protocol: PadProtocol, samples: LivenessSamples, training: Training, progress: Progress
) -> npt.NDArray[np.float64]:
    """Return log-odds, float64 [presentations], each by a network that has not seen its source.

    NaN where no face was found, and for a source without which one of the kinds is missing.
    """
    scores = np.full(len(protocol.presentations), np.nan)
    sources = protocol.sources
    for number, source in enumerate(sources):
        held_out = samples.sources == source
        taught = _select(samples, ~held_out)
        if not held_out.any() or not taught.alive.any() or taught.alive.all():
            continue

        def report(done: int, total: int, before: int = number) -> None:
            progress(before * total + done, len(sources) * total)

        network = train_network(taught, training, report)
        scores[samples.places[held_out]] = judge(network, samples.crops[held_out])
    return scores


def to_onnx(network: ResNet, side_px: int) -> onnx.ModelProto:
    """Return the network as it was trained: uint8 RGB [n, side, side, 3] to log-odds [n, 1]."""
    graph = GraphBuilder()
    mean = graph.constant(np.array([_PIXEL_MEAN], np.float32))
    planes = graph.add("Transpose", "rgb", perm=[0, 3, 1, 2])
    centered = graph.add("Sub", graph.add("Cast", planes, to=TensorProto.FLOAT), mean)
    return graph.model(
        inputs={"rgb": (TensorProto.UINT8, ["n", side_px, side_px, 3])},
        outputs={
            "log_odds": (add_to_graph(graph, network, graph.add("Div", centered, mean)), ["n", 1])
        },
    )


def _select(samples: LivenessSamples, chosen: npt.NDArray[np.bool_]) -> LivenessSamples:
    return LivenessSamples(
        samples.crops[chosen],
        samples.alive[chosen],
        samples.places[chosen],
        samples.sources[chosen],
    )


def _planes(crops: npt.NDArray[np.uint8] | list[Pixels]) -> torch.Tensor:
    """Return crops [n, h, w, 3] as planes [n, 3, h, w] from -1 to 1."""
    planes = np.ascontiguousarray(np.asarray(crops).transpose(0, 3, 1, 2))
    return (torch.from_numpy(planes).float() - _PIXEL_MEAN) / _PIXEL_MEAN
