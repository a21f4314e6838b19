"""Tells of every known model where it comes from and whether it is here."""

from __future__ import annotations

from dataclasses import dataclass

from mien.inference.catalogue import MODELS
from mien.inference.inspection import size_bytes
from mien.inference.model import Download, Model, Precision
from mien.inference.weights import WeightStore
from mien.settings import Settings


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A model as it is in a data folder.

    sha256: that its source must have, None where nobody vouches for one. size_bytes: of the
    source. is_imported: whether its network lies there, in some precision; its file is hashed
    where it is loaded, not here.
    """

    model: Model
    sha256: str | None
    size_bytes: int | None
    is_imported: bool

    @property
    def source(self) -> str:
        """Where it comes from: a URL, or the name of a file in an installed package."""
        source = self.model.source
        return source.url if isinstance(source, Download) else source.name


def facts_of_models(settings: Settings) -> list[ModelFacts]:
    """Return the facts of every model in the catalogue, by task."""
    store = WeightStore.of(settings.data_dir)
    return [
        ModelFacts(
            model,
            store.sources.trusted_sha256(model),
            size_bytes(store.sources, model),
            any((store.folder / model.file(precision)).is_file() for precision in Precision),
        )
        for model in MODELS
    ]
