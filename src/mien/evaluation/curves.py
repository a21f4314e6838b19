"""What the plots draw, as numbers: error rates over all thresholds, TPIR over FPIR, discarding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from sklearn.metrics import det_curve

from mien.core.quality import QualityLimits
from mien.evaluation.assess import SEED, Assessment, choose_gated
from mien.evaluation.calibration_curve import RULE_OF_30
from mien.evaluation.comparisons import Comparisons, compare_pairs, compare_references
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.identification import ENROLLED_PHOTOS, search_splits, trace_curve
from mien.evaluation.metrics import Flags, Scores
from mien.evaluation.protocol import PairProtocol
from mien.evaluation.verification import number_folds

_ENROLLED_PHOTOS: Final = 3
"""Drawn beside single photos: what mien recommends to enroll."""

LARGEST_DISCARD: Final = 0.5
"""Who discards more than half of all photos has another problem."""

_POINTS: Final = 1500
_LOWEST_FPIR: Final = 1e-3

Rates = npt.NDArray[np.float64]
"""Float64 [n], 0 to 1."""


@dataclass(frozen=True, slots=True)
class ErrorCurve:
    """FMR and FNMR at falling thresholds.

    is_certain: bool [n], whether at least thirty errors of both kinds were seen there.
    """

    label: str
    fmr: Rates
    fnmr: Rates
    is_certain: Flags


@dataclass(frozen=True, slots=True)
class IdentificationCurve:
    """TPIR at thresholds for each FPIR, on the searches that set them."""

    photos: int
    gallery: int
    fpir: Rates
    tpir: Rates


@dataclass(frozen=True, slots=True)
class DiscardCurve:
    """FNMR of the genuine pairs that are left when those of the lowest quality are discarded.

    The error versus discard characteristic of ISO/IEC 29794-1; a pair's quality is its worse
    face's. target_fmr: of the thresholds, which stay what they are.
    """

    target_fmr: float
    discarded: Rates
    fnmr: Rates


@dataclass(frozen=True, slots=True)
class Curves:
    """Everything that is drawn; genuine, impostor: similarities of single photos."""

    errors: tuple[ErrorCurve, ...]
    genuine: Scores
    impostor: Scores
    compared: str
    identification: tuple[IdentificationCurve, ...]
    discard: DiscardCurve


def trace_curves(
    protocol: PairProtocol, photos: EmbeddedPhotos, assessment: Assessment, limits: QualityLimits
) -> Curves:
    """Compare once more what `assess` compared, and keep the curves."""
    pairs = compare_pairs(photos, protocol.pairs)
    errors = [trace_errors(pairs, "the protocol's pairs")]
    single = pairs
    compared = "the protocol's pairs"
    identification: list[IdentificationCurve] = []
    if protocol.identified:
        compared = "every photo with every other"
        single = compare_references(photos, 1, np.random.default_rng(SEED))
        errors.append(trace_errors(single, compared))
        if any(point.sample_count == _ENROLLED_PHOTOS for point in assessment.enrolled):
            several = compare_references(photos, _ENROLLED_PHOTOS, np.random.default_rng(SEED))
            errors.append(trace_errors(several, f"references of {_ENROLLED_PHOTOS} photos"))
        identification = _trace_identification(photos)
    return Curves(
        errors=tuple(errors),
        genuine=single.scores[single.genuine],
        impostor=single.scores[~single.genuine],
        compared=compared,
        identification=tuple(identification),
        discard=_trace_discard(protocol, photos, assessment, limits),
    )


def trace_errors(comparisons: Comparisons, label: str) -> ErrorCurve:
    """Return scikit-learn's DET curve, thinned evenly in the logarithm of either rate."""
    fmr, fnmr, _ = det_curve(comparisons.genuine, comparisons.scores)
    kept = _thin(fmr) | _thin(fnmr)
    fmr, fnmr = fmr[kept], fnmr[kept]
    genuine = int(comparisons.genuine.sum())
    is_certain = (fmr * comparisons.distinct_impostors >= RULE_OF_30) & (
        fnmr * genuine >= RULE_OF_30
    )
    return ErrorCurve(label, fmr, fnmr, is_certain)


def trace_discard(qualities: Rates, rejected: Flags, target_fmr: float) -> DiscardCurve:
    """Discard genuine pairs from the lowest quality on, all those of equal quality at once."""
    order = np.argsort(qualities)
    ascending, failed = qualities[order], rejected[order]
    begins = np.flatnonzero(np.append(True, ascending[1:] > ascending[:-1]))
    begins = begins[begins <= LARGEST_DISCARD * len(ascending)]
    failures_left = np.cumsum(failed[::-1])[::-1][begins]
    return DiscardCurve(
        target_fmr, begins / len(ascending), failures_left / (len(ascending) - begins)
    )


def _trace_identification(photos: EmbeddedPhotos) -> list[IdentificationCurve]:
    fpirs = np.geomspace(_LOWEST_FPIR, 1, 100)
    rng = np.random.default_rng(SEED)
    found = ((count, search_splits(photos, count, rng)) for count in ENROLLED_PHOTOS)
    return [
        IdentificationCurve(count, searches.gallery, fpirs, trace_curve(searches, fpirs.tolist()))
        for count, searches in found
        if searches is not None
    ]


def _trace_discard(
    protocol: PairProtocol, photos: EmbeddedPhotos, assessment: Assessment, limits: QualityLimits
) -> DiscardCurve:
    gated = choose_gated(assessment.verification)
    folds = number_folds(protocol, photos)
    thresholds = np.array(gated.thresholds)[folds[photos.people]]
    first, second = np.nonzero(np.triu(photos.people[:, None] == photos.people, k=1))
    scores = photos.compare_rows(first, second)
    quality = np.array([quality.score(limits) for quality in photos.qualities])
    worse = np.minimum(quality[first], quality[second])
    return trace_discard(worse, scores < thresholds[first], gated.target_fmr)


def _thin(rates: Rates) -> Flags:
    """Keep the ends and about one point for each step on the probit-like scale of both ends."""
    clipped = np.clip(rates, 1e-9, 1 - 1e-9)
    step = np.round(np.log(clipped / (1 - clipped)) * (_POINTS / 40)).astype(np.int64)
    kept = np.ones(len(rates), dtype=np.bool_)
    kept[1:-1] = step[1:-1] != step[:-2]
    return kept
