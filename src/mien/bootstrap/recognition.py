"""Chooses a pack of models and loads it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from mien.bootstrap.data import database_url
from mien.core.matching import Matcher
from mien.core.ports import FaceFinder
from mien.core.scoring import Calibration, FalseMatchRate
from mien.core.template import digest_of_contract
from mien.errors import InstallationError, StorageError
from mien.inference.assembly import assemble
from mien.inference.calibration import load_calibration
from mien.inference.choice import Choice, Mixture, choose_pack
from mien.inference.mirrors import parse_mirror
from mien.inference.model import Model, Precision
from mien.inference.packs import MODELS_OF, STANDARD
from mien.inference.pipeline import FacePipeline
from mien.inference.pull import try_pull
from mien.inference.runtime import Provider
from mien.inference.weights import Progress, WeightStore, ignore_progress
from mien.settings import Settings
from mien.storage.database import peek_contract

_FETCH_WITHIN_S: Final = 3.0
"""A first start waits no longer for the better pack."""


def choose(settings: Settings, *, may_fetch: bool = False) -> Choice:
    """Return the pack that the settings ask for, the gallery's, or the best; see `choose_pack`.

    may_fetch: whether to look for the better pack on the web, once, or in the mirror.
    """
    if may_fetch:
        _make_private(settings.data_dir)
    store = WeightStore.of(settings.data_dir)
    mirror = parse_mirror(settings.models_mirror) if settings.models_mirror else None

    def fetch_standard() -> InstallationError | None:
        def fetch(models: Iterable[Model]) -> InstallationError | None:
            return try_pull(models, store.sources, mirror=mirror, time_limit_s=_FETCH_WITHIN_S)

        failure = fetch(weights.model for weights in STANDARD.weights())
        if failure is None:  # those of live sessions are welcome, and not waited for in vain
            fetch(MODELS_OF["liveness"])
        return failure

    return choose_pack(
        settings.pack,
        mixture=Mixture(settings.detectors, settings.landmarker, settings.embedders),
        precision=None if settings.precision is None else Precision(settings.precision),
        gallery_contract=_gallery_contract(settings),
        sources=store.sources,
        # The web is asked once, at the first start in a data folder; a mirror is near.
        fetch_standard=(
            fetch_standard if may_fetch and (mirror or not store.folder.exists()) else None
        ),
    )


def _make_private(data_dir: Path) -> None:
    """Make the data folder for nobody else to read, before the models make it for everybody.

    Whoever needs a folder that cannot be made says so.
    """
    with suppress(OSError):
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)


def _gallery_contract(settings: Settings) -> str | None:
    """Return the embedding contract of the stored templates, None where there are none."""
    try:
        found = peek_contract(database_url(settings))
    except StorageError:  # whoever needs the gallery opens it next, and says so
        return None
    return None if found is None else digest_of_contract(found)


def load_finder(
    settings: Settings, choice: Choice, *, threads: int, progress: Progress = ignore_progress
) -> FaceFinder:
    """Load of a pack what finds faces, and none of its embedders."""
    finding = replace(choice, pack=replace(choice.pack, embedders={}))
    return load_pipeline(settings, finding, threads=threads, progress=progress)


def load_pipeline(
    settings: Settings, choice: Choice, *, threads: int, progress: Progress = ignore_progress
) -> FacePipeline:
    """Import a pack's weights if need be and load them."""
    _make_private(settings.data_dir)
    store = WeightStore.of(settings.data_dir)
    return assemble(
        choice.pack,
        store.ensure(choice.pack.weights(), progress),
        threads=threads,
        provider=Provider(settings.provider or Provider.CPU),
        hash_of=store.sources.trusted_sha256,
    )


@dataclass(frozen=True, slots=True)
class Recognition:
    """A pack, loaded, with what its similarities are worth and the false match rate to keep."""

    choice: Choice
    pipeline: FacePipeline
    matcher: Matcher
    calibration: Calibration
    target_fmr: FalseMatchRate

    @classmethod
    def load(
        cls,
        settings: Settings,
        choice: Choice,
        *,
        threads: int,
        progress: Progress = ignore_progress,
    ) -> Self:
        """Load a pack; raise an InstallationError, or InvalidRequestError for the rate."""
        pipeline = load_pipeline(settings, choice, threads=threads, progress=progress)
        return cls.of(settings, choice, pipeline)

    @classmethod
    def of(cls, settings: Settings, choice: Choice, pipeline: FacePipeline) -> Self:
        """Read what a loaded pack's similarities are worth; raise as `load` does."""
        contract, folder = pipeline.contract, settings.data_dir / "calibrations"
        calibration, fusion = load_calibration(choice.pack.name, contract, folder)
        target = FalseMatchRate(settings.target_fmr or choice.pack.default_fmr)
        calibration.require(target)
        return cls(choice, pipeline, Matcher(contract.parts, fusion), calibration, target)
