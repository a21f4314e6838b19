"""Loads what judges photos: each network whose weights are there, and no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from mien.errors import WeightsCorruptError
from mien.inference import catalogue
from mien.inference.antispoof.depth import DepthRelief
from mien.inference.antispoof.minifas import MiniFas
from mien.inference.antispoof.minifasnet import MiniFasNetPair
from mien.inference.antispoof.passive import PassiveDetector
from mien.inference.antispoof.trained import TrainedNetwork
from mien.inference.antispoof.votes import Witness
from mien.inference.cores import Cores
from mien.inference.files import sha256_of
from mien.inference.model import Model
from mien.inference.packs import Weights
from mien.inference.runtime import Network, Provider, Session
from mien.inference.weights import Progress, WeightStore, ignore_progress

TRAINED_FILE: Final = "liveness.onnx"
"""In the folder of models, with its receipt beside it: what `mien train liveness` writes."""

_WITNESSES: Final[tuple[tuple[tuple[Model, ...], Callable[..., Witness]], ...]] = (
    ((catalogue.MINIFAS,), MiniFas),
    ((catalogue.MINIFASNET_V2, catalogue.MINIFASNET_V1SE), MiniFasNetPair),
    ((catalogue.MIDAS_SMALL,), DepthRelief),
)
"""Which networks each one needs, in the order that its constructor takes them."""


def load_passive(
    store: WeightStore,
    *,
    threads: int,
    provider: Provider = Provider.CPU,
    progress: Progress = ignore_progress,
    with_trained: bool = True,
) -> PassiveDetector:
    """Load the networks whose sources were pulled, and the operator's own; there may be none.

    threads: how many witnesses may look at once; one network gains nothing from a second thread.
    with_trained: False for whoever is about to train another one.

    Raises WeightsCorruptError, ModelUntrustedError or StorageError for one that is there and
    cannot be trusted: it is never left out in silence.
    """

    def session(path: Path) -> Network:
        return Session(path, threads=1, provider=provider)

    present = [
        (models, make)
        for models, make in _WITNESSES
        if all(store.sources.has(model) for model in models)
    ]
    paths = store.ensure((Weights(model) for models, _ in present for model in models), progress)
    networks = [make(*(session(paths[model.name]) for model in models)) for models, make in present]
    trained = store.folder / TRAINED_FILE
    if with_trained and trained.exists():
        _require_receipt(trained)
        networks.append(TrainedNetwork(session(trained)))
    return PassiveDetector(networks, Cores(threads))


def receipt_of(network: Path) -> Path:
    """Return where a trained network's receipt lies."""
    return network.with_name(f"{network.name}.json")


def trained_on(folder: Path) -> str | None:
    """Return the name of the collection that the network in a folder was trained on, if any."""
    try:
        return str(json.loads(receipt_of(folder / TRAINED_FILE).read_text("utf-8"))["trained_on"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _require_receipt(network: Path) -> None:
    """Refuse a network that is not the one whose training was noted."""
    try:
        noted = json.loads(receipt_of(network).read_text("utf-8"))["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsCorruptError(
            f"{network} has no receipt of its training: delete it, or run  mien train liveness"
        ) from error
    if noted != sha256_of(network):
        raise WeightsCorruptError(
            f"{network} has changed since it was trained: delete it, or run  mien train liveness"
        )
