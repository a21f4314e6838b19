"""Loads the product as it would decide: pack, calibration, quality gate and passive detection."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Self

from mien.bootstrap.recognition import Recognition, choose
from mien.evaluation.fairness.assess import Subject
from mien.evaluation.fairness.observe import Observed, Progress, observe
from mien.evaluation.fairness.protocol import FairnessProtocol
from mien.inference.antispoof.load import load_passive
from mien.inference.decoding import decode
from mien.inference.runtime import Provider
from mien.inference.weights import Progress as ImportProgress
from mien.inference.weights import WeightStore
from mien.service.probe import ProbeReader
from mien.settings import Settings


@dataclass(frozen=True, slots=True)
class Reading:
    """What is measured, and what reads photos for it.

    judges_pixels: whether some network of passive detection is there.
    """

    subject: Subject
    reader: ProbeReader
    judges_pixels: bool
    threads: int

    @classmethod
    def load(cls, settings: Settings, progress: ImportProgress) -> Self:
        """Load what the settings ask for; raise an InstallationError.

        The curve is that of references of one photo: each photo is one.
        """
        choice = choose(settings)
        models = Recognition.load(settings, choice, threads=1, progress=progress)
        attacks = load_passive(
            WeightStore.of(settings.data_dir),
            threads=1,
            provider=Provider(settings.provider or Provider.CPU),
            progress=progress,
        )
        return cls(
            Subject(
                choice.pack.name,
                models.pipeline.contract.digest,
                models.matcher,
                models.calibration.curve(1),
                models.target_fmr,
            ),
            ProbeReader(
                partial(decode, limits=settings.image_limits()),
                models.pipeline,
                settings.quality.limits(),
                attacks if attacks.can_check else None,
            ),
            attacks.can_check,
            settings.workers,
        )

    def observe(self, protocol: FairnessProtocol, progress: Progress) -> Observed:
        """Read every photo; raise ImageUnreadableError for a file that is none."""
        return observe(
            protocol,
            self.reader,
            judge_pixels=self.judges_pixels,
            threads=self.threads,
            progress=progress,
        )
