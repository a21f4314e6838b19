"""Loads the network that reads expressions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mien.errors import InvalidRequestError, ModelMissingError
from mien.inference.expression.models import EXPRESSION_MODELS, OWN
from mien.inference.expression.reader import NetworkExpressionReader
from mien.inference.packs import Weights
from mien.inference.runtime import Provider, Session
from mien.inference.sources import mending_command
from mien.inference.weights import Progress, WeightStore, ignore_progress


@dataclass(frozen=True, slots=True)
class LoadedReader:
    """A network, ready to read. sha256: of the file that it was made of."""

    name: str
    sha256: str
    reader: NetworkExpressionReader


def load_reader(
    store: WeightStore,
    name: str,
    *,
    threads: int,
    provider: Provider = Provider.CPU,
    progress: Progress = ignore_progress,
) -> LoadedReader:
    """Load the network of a name, importing it if need be.

    Raises InvalidRequestError for a name that there is none of, ModelMissingError for one that was
    not pulled, and what `WeightStore.ensure` raises: it is never another one in silence.
    """
    if name not in EXPRESSION_MODELS:
        names = ", ".join(EXPRESSION_MODELS)
        raise InvalidRequestError(f"no model {name!r} reads expressions: choose one of {names}")
    chosen = EXPRESSION_MODELS[name]
    if not store.sources.has(chosen.model):
        raise ModelMissingError(
            f"MIEN_EXPRESSION_MODEL={name} was asked for and is not here: "
            f"{mending_command(chosen.model)}, or choose mien"
        )
    path = store.ensure([Weights(chosen.model)], progress)[chosen.model.name]
    session = Session(path, threads=threads, provider=provider)
    return LoadedReader(
        name,
        str(store.sources.trusted_sha256(chosen.model)),
        NetworkExpressionReader(session, chosen),
    )


def open_trained(file: Path, *, threads: int) -> NetworkExpressionReader:
    """Open a network that `mien train expression` has written; raise WeightsCorruptError."""
    return NetworkExpressionReader(Session(file, threads=threads), OWN)
