"""The whole evaluation of a pack on a protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from mien.core.policy import DEFAULT_TARGET_FMR
from mien.core.quality import QualityLimits
from mien.evaluation.calibrate import SAMPLE_COUNTS
from mien.evaluation.comparisons import compare_pairs, compare_references
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.lfw import PairProtocol
from mien.evaluation.metrics import Estimate, estimate_proportion
from mien.evaluation.quality_gate import GateReport, measure_gate
from mien.evaluation.resampling import PeopleResampler
from mien.evaluation.verification import (
    Accuracy,
    OperatingPoint,
    measure_accuracy,
    measure_eer,
    measure_operating_points,
    number_folds,
    on_other_genuine,
)

SEED: Final = 20261121
"""Of every random choice, so that a report can be repeated."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything that `mien evaluate` reports.

    verification: FNMR on the protocol's genuine pairs. enrolled: references of several photos,
    FNMR on all genuine comparisons.
    """

    contract: str
    people: int
    photos: int
    acquired: int
    failure_to_acquire: Estimate
    accuracy: Accuracy
    equal_error_rate: Estimate
    verification: tuple[OperatingPoint, ...]
    enrolled: tuple[OperatingPoint, ...]
    gate: GateReport


def assess(
    protocol: PairProtocol, photos: EmbeddedPhotos, limits: QualityLimits, contract: str
) -> Assessment:
    """Measure a pack; raise InvalidRequestError where the protocol has too little data."""
    folds = number_folds(protocol, photos)
    resampler = PeopleResampler(len(folds), np.random.default_rng(SEED))
    pairs = tuple(pair for fold in protocol.folds for pair in fold.pairs)
    verification: list[OperatingPoint] = []
    enrolled: list[OperatingPoint] = []
    for count in SAMPLE_COUNTS:
        if np.bincount(photos.people).max() <= count:
            break  # nobody has a photo left to be recognized by
        compared = compare_references(photos, count, np.random.default_rng(SEED))
        points = measure_operating_points(compared, folds, resampler, sample_count=count)
        enrolled += points
        if count == 1:
            genuine = compare_pairs(photos, pairs).select_genuine()
            verification = on_other_genuine(points, genuine, folds, resampler)
    gated = next(point for point in verification if point.target_fmr == DEFAULT_TARGET_FMR)
    seen = len(photos.acquired) + len(photos.missed)
    return Assessment(
        contract=contract,
        people=len(folds),
        photos=seen,
        acquired=len(photos.acquired),
        failure_to_acquire=estimate_proportion(len(photos.missed), seen),
        accuracy=measure_accuracy(protocol, photos),
        equal_error_rate=measure_eer(protocol.folds, photos, resampler),
        verification=tuple(verification),
        enrolled=tuple(enrolled),
        gate=measure_gate(
            photos,
            limits,
            folds,
            gated.thresholds,
            resampler,
            target_fmr=gated.target_fmr,
        ),
    )
