"""The composition root: the only place that chooses implementations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, Self

from mien.core.matching import Matcher
from mien.core.scoring import Calibration, FalseMatchRate
from mien.errors import InstallationError, StorageError
from mien.index.exact import ExactIndex
from mien.inference.assembly import assemble
from mien.inference.calibration import load_calibration
from mien.inference.choice import Choice, Mixture, choose_pack
from mien.inference.decoding import decode
from mien.inference.mirrors import parse_mirror
from mien.inference.model import Precision
from mien.inference.packs import STANDARD
from mien.inference.pipeline import FacePipeline
from mien.inference.pull import try_pull
from mien.inference.runtime import Provider
from mien.inference.weights import Progress, WeightStore, ignore_progress
from mien.service.authenticate import Authenticate
from mien.service.detect_faces import DetectFaces
from mien.service.enroll import Enroll
from mien.service.gallery import Gallery
from mien.service.identify import Identify
from mien.service.probe import ProbeReader
from mien.settings import Settings
from mien.storage.api_keys import generate_api_key
from mien.storage.database import Database
from mien.storage.repositories import SqlUnitOfWork


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


_FETCH_WITHIN_S: Final = 3.0
"""A first start waits no longer for the better pack."""


def choose(settings: Settings, *, may_fetch: bool = False) -> Choice:
    """Return the pack that the settings ask for, the gallery's, or the best; see `choose_pack`.

    may_fetch: whether to look for the better pack on the web, once, or in the mirror.
    """
    store = WeightStore.of(settings.data_dir)
    mirror = parse_mirror(settings.models_mirror) if settings.models_mirror else None

    def fetch_standard() -> InstallationError | None:
        models = [weights.model for weights in STANDARD.weights()]
        return try_pull(models, store.sources, mirror=mirror, time_limit_s=_FETCH_WITHIN_S)

    return choose_pack(
        settings.pack,
        mixture=Mixture(settings.detectors, settings.landmarker, settings.embedders),
        precision=None if settings.precision is None else Precision(settings.precision),
        gallery_contract=_gallery_contract(settings.data_dir),
        sources=store.sources,
        # The web is asked once, at the first start in a data folder; a mirror is near.
        fetch_standard=(
            fetch_standard if may_fetch and (mirror or not store.folder.exists()) else None
        ),
    )


def _gallery_contract(data_dir: Path) -> str | None:
    """Return what the stored templates are of, None where there are none."""
    if not Database.is_in(data_dir):
        return None
    try:
        database = Database.open_in(data_dir)
    except StorageError:  # whoever needs the gallery opens it next, and says so
        return None
    try:
        with database.unit_of_work() as work:
            return work.subjects.contract()
    finally:
        database.close()


def load_pipeline(
    settings: Settings, choice: Choice, *, threads: int, progress: Progress = ignore_progress
) -> FacePipeline:
    """Import a pack's weights if need be and load them."""
    store = WeightStore.of(settings.data_dir)
    return assemble(
        choice.pack,
        store.ensure(choice.pack.weights(), progress),
        threads=threads,
        provider=Provider(settings.provider),
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


@dataclass(frozen=True, slots=True)
class Application:
    """The use cases, wired; whoever built it closes it."""

    settings: Settings
    database: Database
    recognition: Recognition
    gallery: Gallery
    detect_faces: DetectFaces
    enroll: Enroll
    authenticate: Authenticate
    identify: Identify

    @classmethod
    def build(
        cls, settings: Settings, *, threads: int, progress: Progress = ignore_progress
    ) -> Self:
        """Wire everything and load the gallery; raise an InstallationError.

        threads: of each inference; 1 for a server, whose workers fill the cores.
        """
        choice = choose(settings, may_fetch=True)
        models = Recognition.load(settings, choice, threads=threads, progress=progress)
        pipeline, matcher, calibration = models.pipeline, models.matcher, models.calibration
        decoder = partial(decode, limits=settings.image_limits())
        probes = ProbeReader(decoder, pipeline, settings.quality.limits())
        contract = pipeline.contract.digest
        gallery = Gallery(ExactIndex(pipeline.contract.dimension), matcher, contract)
        database = Database.open_in(settings.data_dir)
        with database.unit_of_work() as work:
            gallery.follow(work)
        fmr, fpir = models.target_fmr, settings.target_fpir
        return cls(
            settings=settings,
            database=database,
            recognition=models,
            gallery=gallery,
            detect_faces=DetectFaces(decoder, pipeline),
            enroll=Enroll(probes, gallery, matcher, calibration, contract, fmr, utc_now),
            authenticate=Authenticate(probes, gallery, calibration, fmr, utc_now),
            identify=Identify(probes, gallery, calibration, fmr, fpir, utc_now),
        )

    @contextmanager
    def unit_of_work(self) -> Iterator[SqlUnitOfWork]:
        """Open a transaction that is committed at the end."""
        with self.database.unit_of_work() as work:
            yield work

    def ensure_api_key(self) -> str | None:
        """Accept MIEN_API_KEY; without any key make one and return it, to be shown once."""
        configured = self.settings.api_key
        with self.unit_of_work() as work:
            if configured is not None:
                work.api_keys.add(
                    configured.get_secret_value(), label="MIEN_API_KEY", created_at=utc_now()
                )
                return None
            if work.api_keys.count():
                return None
            key = generate_api_key()
            work.api_keys.add(key, label="first start", created_at=utc_now())
            return key

    def accepts_key(self, key: str) -> bool:
        """Tell whether a caller's key is known."""
        with self.unit_of_work() as work:
            return work.api_keys.accepts(key)

    def close(self) -> None:
        """Release the database."""
        self.database.close()
