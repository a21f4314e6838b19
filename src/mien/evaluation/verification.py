"""What a pack reaches on a protocol, each threshold chosen on other people than it is tested on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.errors import InvalidRequestError
from mien.evaluation.comparisons import Comparisons, compare_pairs
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.lfw import Fold, PairProtocol
from mien.evaluation.metrics import (
    Estimate,
    estimate_mean,
    find_most_accurate_threshold,
    find_threshold,
    is_correct,
)
from mien.evaluation.resampling import People, PeopleResampler

TARGET_FMRS: Final = (1e-2, 1e-3, 1e-4)

FoldOfPerson = npt.NDArray[np.int32]
"""Int32 [people], the fold, from 0, that shows a person."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Share of correct decisions on the protocol's pairs, mean over folds.

    acquired: of the pairs whose photos both show a face. every: of all pairs, those with a photo
    without a face counted as wrong. thresholds: one a fold.
    """

    acquired: Estimate
    every: Estimate
    acquired_pairs: int
    every_pairs: int
    thresholds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Error rates at thresholds that were chosen for a false match rate on the other folds.

    Pooled over the folds; thresholds: one a fold.
    """

    sample_count: int
    target_fmr: float
    thresholds: tuple[float, ...]
    fmr: Estimate
    fnmr: Estimate
    impostor_comparisons: int
    genuine_comparisons: int


def number_folds(protocol: PairProtocol, photos: EmbeddedPhotos) -> FoldOfPerson:
    """Return the fold of each person in `photos.people`."""
    fold_of = {person: k for k, fold in enumerate(protocol.folds) for person in fold.people}
    folds = np.zeros(int(photos.people.max()) + 1, dtype=np.int32)
    for photo, person in zip(photos.acquired, photos.people.tolist(), strict=True):
        folds[person] = fold_of[photo.person]
    return folds


def measure_accuracy(protocol: PairProtocol, photos: EmbeddedPhotos) -> Accuracy:
    """Return the accuracy on each fold at the threshold that is best on the others.

    Raises InvalidRequestError when the others have no pair with two faces.
    """
    compared = [compare_pairs(photos, fold.pairs) for fold in protocol.folds]
    thresholds: list[float] = []
    acquired: list[float] = []
    every: list[float] = []
    for held_out, (fold, test) in enumerate(zip(protocol.folds, compared, strict=True)):
        others = [other for index, other in enumerate(compared) if index != held_out]
        scores = np.concatenate([other.scores for other in others])
        if not len(scores) or not len(test.scores):
            raise InvalidRequestError("a fold has no pair whose photos both show a face")
        genuine = np.concatenate([other.genuine for other in others])
        threshold = find_most_accurate_threshold(scores, genuine)
        correct = int(is_correct(test.scores, test.genuine, threshold).sum())
        thresholds.append(threshold)
        acquired.append(correct / len(test.scores))
        every.append(correct / len(fold.pairs))
    return Accuracy(
        acquired=estimate_mean(acquired),
        every=estimate_mean(every),
        acquired_pairs=sum(len(part.scores) for part in compared),
        every_pairs=sum(len(fold.pairs) for fold in protocol.folds),
        thresholds=tuple(thresholds),
    )


def measure_eer(
    folds: Sequence[Fold], photos: EmbeddedPhotos, resampler: PeopleResampler
) -> Estimate:
    """Return the equal error rate of all pairs whose photos both show a face."""
    pairs = compare_pairs(photos, tuple(pair for fold in folds for pair in fold.pairs))
    return resampler.estimate_eer(pairs.scores, pairs.genuine, pairs.references, pairs.probes)


def measure_operating_points(
    comparisons: Comparisons,
    folds: FoldOfPerson,
    resampler: PeopleResampler,
    *,
    sample_count: int,
    genuine: Comparisons | None = None,
) -> list[OperatingPoint]:
    """Return the error rates at each of `TARGET_FMRS`.

    comparisons: their impostors choose the threshold where both people are of other folds, and
    are tested where both are of the held-out fold. genuine: what FNMR is measured on, instead of
    the genuine ones among *comparisons*.
    """
    is_impostor = ~comparisons.genuine
    fold = np.where(
        folds[comparisons.references] == folds[comparisons.probes],
        folds[comparisons.references],
        -1,
    )
    tested = is_impostor & (fold >= 0)
    tries = genuine or comparisons
    points = []
    chosen = _choose_thresholds(comparisons, folds)
    for target, thresholds in zip(TARGET_FMRS, chosen, strict=True):
        false_matches = comparisons.scores[tested] >= thresholds[fold[tested]]
        misses = tries.scores < thresholds[folds[tries.references]]
        own = tries.genuine
        points.append(
            OperatingPoint(
                sample_count=sample_count,
                target_fmr=target,
                thresholds=tuple(thresholds.tolist()),
                fmr=resampler.estimate_rate(
                    false_matches, comparisons.references[tested], comparisons.probes[tested]
                ),
                fnmr=resampler.estimate_rate(
                    misses[own], tries.references[own], tries.probes[own]
                ),
                impostor_comparisons=int(tested.sum()),
                genuine_comparisons=int(own.sum()),
            )
        )
    return points


def _choose_thresholds(
    comparisons: Comparisons, folds: FoldOfPerson
) -> list[npt.NDArray[np.float64]]:
    """Return for each of `TARGET_FMRS` one threshold a fold, from the other folds' impostors."""
    is_impostor = ~comparisons.genuine
    first, second = folds[comparisons.references], folds[comparisons.probes]
    others = [
        comparisons.scores[is_impostor & (first != held_out) & (second != held_out)]
        for held_out in range(int(folds.max()) + 1)
    ]
    if any(len(scores) == 0 for scores in others):
        raise InvalidRequestError("a fold has no other people to choose its threshold on")
    return [
        np.array([find_threshold(scores, target) for scores in others]) for target in TARGET_FMRS
    ]
