"""The whole evaluation of a pack on a protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mien.core.quality import QualityLimits
from mien.evaluation.calibrate import SAMPLE_COUNTS
from mien.evaluation.comparisons import compare_pairs, compare_references
from mien.evaluation.detection import DetectionRate, rate_detection
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.identification import IdentificationPoint, measure_identification
from mien.evaluation.metrics import Estimate, estimate_proportion
from mien.evaluation.protocol import PairProtocol
from mien.evaluation.quality_gate import GateReport, measure_gate
from mien.evaluation.resampling import PeopleResampler
from mien.evaluation.verification import (
    Accuracy,
    FoldOfPerson,
    OperatingPoint,
    Separation,
    measure_accuracy,
    measure_operating_points,
    measure_pair_points,
    measure_separation,
    number_folds,
    on_other_genuine,
)

GATED_FMR: Final = 1e-3
"""Quality is judged by the errors at this rate: at stricter ones there are few good pairs left."""

SEED: Final = 20261121
"""Of every random choice, so that a report can be repeated."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything that `mien evaluate` reports.

    verification: FNMR on the protocol's genuine pairs. enrolled: references of several photos,
    FNMR on all genuine comparisons. identified: whether the protocol tells who is who; where not,
    verification is of its pairs alone, people are groups of linked photos, and there is nothing
    in enrolled and identification. people_in_several_folds: whose pairs thresholds may have been
    chosen on as well as tested on.
    """

    protocol: str
    layout: str
    identified: bool
    contract: str
    folds: int
    people: int
    people_in_several_folds: int
    photos: int
    acquired: int
    failure_to_acquire: Estimate
    detection: DetectionRate
    accuracy: Accuracy
    separation: Separation
    verification: tuple[OperatingPoint, ...]
    enrolled: tuple[OperatingPoint, ...]
    identification: tuple[IdentificationPoint, ...]
    gate: GateReport


def assess(
    protocol: PairProtocol, photos: EmbeddedPhotos, limits: QualityLimits, contract: str
) -> Assessment:
    """Measure a pack; raise InvalidRequestError where the protocol has too little data."""
    folds = number_folds(protocol, photos)
    resampler = PeopleResampler(len(folds), np.random.default_rng(SEED))
    if protocol.identified:
        verification, enrolled = _compare_everybody(protocol, photos, folds, resampler)
        identification = measure_identification(photos, resampler, np.random.default_rng(SEED))
    else:
        verification = measure_pair_points(protocol.folds, photos, resampler)
        enrolled, identification = [], []
    gated = choose_gated(verification)
    return Assessment(
        protocol=protocol.name,
        layout=protocol.layout,
        identified=protocol.identified,
        contract=contract,
        folds=len(protocol.folds),
        people=len(folds),
        people_in_several_folds=protocol.people_in_several_folds,
        photos=photos.seen,
        acquired=len(photos.acquired),
        failure_to_acquire=estimate_proportion(len(photos.missed), photos.seen),
        detection=rate_detection(photos),
        accuracy=measure_accuracy(protocol, photos),
        separation=measure_separation(protocol.folds, photos, resampler),
        verification=tuple(verification),
        enrolled=tuple(enrolled),
        identification=tuple(identification),
        gate=measure_gate(
            photos,
            limits,
            folds,
            gated.thresholds,
            resampler,
            target_fmr=gated.target_fmr,
        ),
    )


def choose_gated(points: Sequence[OperatingPoint]) -> OperatingPoint:
    """Return the point at whose thresholds quality is judged."""
    return next(point for point in points if point.target_fmr == GATED_FMR)


def _compare_everybody(
    protocol: PairProtocol,
    photos: EmbeddedPhotos,
    folds: FoldOfPerson,
    resampler: PeopleResampler,
) -> tuple[list[OperatingPoint], list[OperatingPoint]]:
    """Return the points on the protocol's genuine pairs and those by number of enrolled photos."""
    verification: list[OperatingPoint] = []
    enrolled: list[OperatingPoint] = []
    for count in SAMPLE_COUNTS:
        if np.bincount(photos.people).max() <= count:
            break  # nobody has a photo left to be recognized by
        compared = compare_references(photos, count, np.random.default_rng(SEED))
        points = measure_operating_points(compared, folds, resampler, sample_count=count)
        enrolled += points
        if count == 1:
            genuine = compare_pairs(photos, protocol.pairs).select_genuine()
            verification = on_other_genuine(points, genuine, folds, resampler)
    return verification, enrolled
