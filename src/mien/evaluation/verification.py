"""What a pack reaches on a protocol, each threshold chosen on other people than it is tested on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.errors import InvalidRequestError
from mien.evaluation.comparisons import Comparisons, compare_pairs
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.lfw import Fold, PairProtocol
from mien.evaluation.metrics import (
    Estimate,
    Scores,
    estimate_mean,
    find_most_accurate_threshold,
    find_threshold,
    is_correct,
)
from mien.evaluation.resampling import PeopleResampler

TARGET_FMRS: Final = (1e-2, 1e-3, 1e-4)

FoldOfPerson = npt.NDArray[np.int32]
"""Int32 [people], the fold, from 0, that shows a person."""

_Thresholds = npt.NDArray[np.float64]
"""Float64 [folds], what is applied to each fold's people."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Share of correct decisions on the protocol's pairs, mean over folds.

    acquired: of the pairs whose photos both show a face. refused: of all pairs, those with a photo
    without a face counted as rejected, as an authentication would: right for impostors. wrong:
    of all pairs, all of those counted as wrong. thresholds: one a fold.
    """

    acquired: Estimate
    refused: Estimate
    wrong: Estimate
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
    refused: list[float] = []
    wrong: list[float] = []
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
        impostors = sum(not pair.genuine for pair in fold.pairs)
        rejected = impostors - int((~test.genuine).sum())
        refused.append((correct + rejected) / len(fold.pairs))
        wrong.append(correct / len(fold.pairs))
    return Accuracy(
        acquired=estimate_mean(acquired),
        refused=estimate_mean(refused),
        wrong=estimate_mean(wrong),
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
) -> list[OperatingPoint]:
    """Return the error rates at each of `TARGET_FMRS`.

    A threshold is chosen on impostor comparisons of two people of other folds, and tested on
    those of two people of the held-out fold and on the genuine ones there.
    """
    is_impostor = ~comparisons.genuine
    first, second = folds[comparisons.references], folds[comparisons.probes]
    is_tested = is_impostor & (first == second)
    chosen = _choose_thresholds(comparisons.scores, np.where(is_impostor, first, -1), second)
    fold, scores = first[is_tested], comparisons.scores[is_tested]
    fmrs = resampler.estimate_rates(
        [scores >= thresholds[fold] for thresholds in chosen],
        comparisons.references[is_tested],
        comparisons.probes[is_tested],
    )
    genuine = comparisons.select_genuine()
    fnmrs = _measure_fnmrs(genuine, folds, chosen, resampler)
    return [
        OperatingPoint(
            sample_count=sample_count,
            target_fmr=target,
            thresholds=tuple(thresholds.tolist()),
            fmr=fmr,
            fnmr=fnmr,
            impostor_comparisons=len(scores),
            genuine_comparisons=len(genuine.scores),
        )
        for target, thresholds, fmr, fnmr in zip(TARGET_FMRS, chosen, fmrs, fnmrs, strict=True)
    ]


def on_other_genuine(
    points: Sequence[OperatingPoint],
    genuine: Comparisons,
    folds: FoldOfPerson,
    resampler: PeopleResampler,
) -> list[OperatingPoint]:
    """Return the points with their FNMR measured on these genuine comparisons instead."""
    chosen = [np.array(point.thresholds) for point in points]
    fnmrs = _measure_fnmrs(genuine, folds, chosen, resampler)
    return [
        replace(point, fnmr=fnmr, genuine_comparisons=len(genuine.scores))
        for point, fnmr in zip(points, fnmrs, strict=True)
    ]


def _measure_fnmrs(
    genuine: Comparisons,
    folds: FoldOfPerson,
    chosen: Sequence[_Thresholds],
    resampler: PeopleResampler,
) -> list[Estimate]:
    if not len(genuine.scores):
        raise InvalidRequestError("there is no genuine comparison of two photos with a face")
    fold = folds[genuine.probes]
    errors = [genuine.scores < thresholds[fold] for thresholds in chosen]
    return resampler.estimate_rates(errors, genuine.references, genuine.probes)


def _choose_thresholds(
    scores: Scores, first_fold: FoldOfPerson, second_fold: FoldOfPerson
) -> list[_Thresholds]:
    """Return for each of `TARGET_FMRS` one threshold a fold, from the other folds' impostors.

    first_fold: -1 where a comparison is not of impostors.
    """
    others = [
        scores[(first_fold >= 0) & (first_fold != held_out) & (second_fold != held_out)]
        for held_out in range(int(second_fold.max()) + 1)
    ]
    if any(len(impostors) == 0 for impostors in others):
        raise InvalidRequestError("a fold has no other people to choose its threshold on")
    return [
        np.array([find_threshold(impostors, target) for impostors in others])
        for target in TARGET_FMRS
    ]
