"""The composition root: the only place that chooses implementations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Self

from mien.core.scoring import Calibration
from mien.index.exact import ExactIndex
from mien.inference import weights
from mien.inference.calibration import load_builtin_calibration
from mien.inference.decoding import decode
from mien.inference.pipeline import BuiltinPipeline
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

PACK = "builtin"


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def models_dir(settings: Settings) -> Path:
    """Return the folder of the imported models."""
    return settings.data_dir / "models"


def load_pipeline(
    settings: Settings, *, threads: int, progress: weights.Progress = weights.ignore_progress
) -> BuiltinPipeline:
    """Import the weights if need be and load them."""
    return BuiltinPipeline.load(
        weights.ensure_builtin(models_dir(settings), progress), threads=threads
    )


@dataclass(frozen=True, slots=True)
class Application:
    """The use cases, wired; whoever built it closes it."""

    settings: Settings
    database: Database
    pipeline: BuiltinPipeline
    calibration: Calibration
    gallery: Gallery
    detect_faces: DetectFaces
    enroll: Enroll
    authenticate: Authenticate
    identify: Identify

    @classmethod
    def build(
        cls,
        settings: Settings,
        *,
        threads: int,
        progress: weights.Progress = weights.ignore_progress,
    ) -> Self:
        """Wire everything and load the gallery; raise an InstallationError.

        threads: of each inference; 1 for a server, whose workers fill the cores.
        """
        pipeline = load_pipeline(settings, threads=threads, progress=progress)
        calibration = load_builtin_calibration(pipeline.contract)
        calibration.require(settings.fmr())
        decoder = partial(decode, limits=settings.image_limits())
        probes = ProbeReader(decoder, pipeline, settings.quality.limits())
        contract = pipeline.contract.digest
        gallery = Gallery(ExactIndex(pipeline.contract.dimension), contract)
        database = Database.open_in(settings.data_dir)
        with database.unit_of_work() as work:
            gallery.follow(work)
        target = settings.fmr()
        return cls(
            settings=settings,
            database=database,
            pipeline=pipeline,
            calibration=calibration,
            gallery=gallery,
            detect_faces=DetectFaces(decoder, pipeline),
            enroll=Enroll(probes, gallery, calibration, contract, target, utc_now),
            authenticate=Authenticate(probes, gallery, calibration, target, utc_now),
            identify=Identify(probes, gallery, calibration, settings.target_fpir, utc_now),
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
