"""Show how similarities are spread: on the calibration's data, and among those enrolled here."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, final

import numpy as np

from mien.core.gallery_scores import MOST_SUBJECTS, compare_people
from mien.core.matching import Matcher, Unit
from mien.core.ports import Clock, UnitOfWork
from mien.core.score_distribution import (
    ScoreDistribution,
    distribution_of_curve,
    distribution_of_scores,
)
from mien.core.scoring import Calibration, FalseMatchRate, Similarity
from mien.service.thresholds import SAMPLES

_KEPT: Final = timedelta(minutes=1)
_SEED: Final = 20261121
"""The same people as long as the gallery is the same: what changes is not chance."""

_ENROLLED: Final = "templates enrolled on this server, each compared with a person's others"


class Origin(StrEnum):
    """Where similarities come from; stable words of the wire."""

    CALIBRATION = "calibration"
    GALLERY = "gallery"


@dataclass(frozen=True, slots=True)
class ScoreSource:
    """Similarities of one origin. samples: behind each reference."""

    origin: Origin
    samples: int
    description: str
    distribution: ScoreDistribution


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """All there is. threshold: for the tolerated rate, and references of one sample."""

    unit: Unit
    target: FalseMatchRate
    threshold: Similarity
    sources: tuple[ScoreSource, ...]


@final
class ShowScores:
    """Counts the gallery's similarities once a minute at most, one thread at a time."""

    def __init__(
        self,
        matcher: Matcher,
        calibration: Calibration,
        contract: str,
        target: FalseMatchRate,
        clock: Clock,
    ) -> None:
        """Take what compares, what that is worth, and what the gallery is marked with."""
        self._matcher: Final = matcher
        self._calibration: Final = calibration
        self._contract: Final = contract
        self._target: Final = target
        self._clock: Final = clock
        self._counting = threading.Lock()
        self._counted: tuple[datetime, tuple[ScoreSource, ...]] | None = None

    def __call__(self, work: UnitOfWork) -> ScoreReport:
        """Return what the calibration says, and what may be told of those who are enrolled."""
        curves = sorted(self._calibration.curves.items())
        calibrated = (
            ScoreSource(
                Origin.CALIBRATION, count, self._calibration.source, distribution_of_curve(curve)
            )
            for count, curve in curves
        )
        threshold = self._calibration.curve(SAMPLES).threshold(self._target)
        sources = (*calibrated, *self._gallery(work))
        return ScoreReport(self._matcher.unit, self._target, threshold, sources)

    def _gallery(self, work: UnitOfWork) -> tuple[ScoreSource, ...]:
        with self._counting:
            now = self._clock()
            if self._counted is None or now - self._counted[0] >= _KEPT:
                self._counted = now, self._count(work)
            return self._counted[1]

    def _count(self, work: UnitOfWork) -> tuple[ScoreSource, ...]:
        rng = np.random.default_rng(_SEED)
        people = work.samples.draw(rng, self._contract, MOST_SUBJECTS)
        return tuple(
            ScoreSource(Origin.GALLERY, count, _ENROLLED, distribution_of_scores(scores))
            for count, scores in compare_people(self._matcher, people, rng).items()
        )
