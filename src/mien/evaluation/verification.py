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
from mien.evaluation.metrics import (
    Estimate,
    Scores,
    estimate_mean,
    find_most_accurate_threshold,
    find_threshold,
    is_correct,
)
from mien.evaluation.protocol import Fold, PairProtocol
from mien.evaluation.resampling import PeopleResampler

TARGET_FMRS: Final = (1e-2, 1e-3, 1e-4)

PAIR_TARGET_FMRS: Final = (1e-2, 1e-3)
"""Where only a protocol's own pairs can be compared: few thousand impostors say no more."""

FoldOfPerson = npt.NDArray[np.int32]
"""Int32 [people], the fold, from 0, that shows a person, most often where several do."""

_Folds = npt.NDArray[np.integer]
"""Integers [n], the fold of one side of each comparison."""

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

    Pooled over the folds; thresholds: one a fold. tmr: what FNMR leaves of 1.
    """

    sample_count: int
    target_fmr: float
    thresholds: tuple[float, ...]
    fmr: Estimate
    fnmr: Estimate
    impostor_comparisons: int
    genuine_comparisons: int

    @property
    def tmr(self) -> Estimate:
        """True match rate."""
        return Estimate(1 - self.fnmr.value, 1 - self.fnmr.high, 1 - self.fnmr.low)


@dataclass(frozen=True, slots=True)
class Separation:
    """How far genuine and impostor pairs are apart: equal error rate, area under the ROC curve."""

    equal_error_rate: Estimate
    area_under_roc: Estimate


def number_folds(protocol: PairProtocol, photos: EmbeddedPhotos) -> FoldOfPerson:
    """Return the fold of each person in `photos.people`."""
    names = dict(zip(photos.people.tolist(), (p.person for p in photos.acquired), strict=True))
    number_of = {name: number for number, name in names.items()}
    appearances = np.zeros((len(names), len(protocol.folds)), dtype=np.int64)
    for fold, shown in enumerate(protocol.folds):
        for pair in shown.pairs:
            for photo in (pair.first, pair.second):
                if photo.person in number_of:
                    appearances[number_of[photo.person], fold] += 1
    return np.asarray(appearances.argmax(axis=1), dtype=np.int32)


def measure_accuracy(
    protocol: PairProtocol, photos: EmbeddedPhotos | Sequence[EmbeddedPhotos]
) -> Accuracy:
    """Return the accuracy on each fold at the threshold that is best on the others.

    photos: the same for all folds, or for each fold with a matcher of its own. Raises
    InvalidRequestError when the others have no pair with two faces.
    """
    views = [photos] * len(protocol.folds) if isinstance(photos, EmbeddedPhotos) else photos
    compared = [
        compare_pairs(view, fold.pairs) for view, fold in zip(views, protocol.folds, strict=True)
    ]
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


def measure_separation(
    folds: Sequence[Fold], photos: EmbeddedPhotos, resampler: PeopleResampler
) -> Separation:
    """Return the figures of all pairs whose photos both show a face."""
    pairs = compare_pairs(photos, tuple(pair for fold in folds for pair in fold.pairs))
    found = resampler.estimate_separation(
        pairs.scores, pairs.genuine, pairs.references, pairs.probes
    )
    return Separation(*found)


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
    first, second = folds[comparisons.references], folds[comparisons.probes]
    return _measure_points(
        comparisons, first, second, resampler, targets=TARGET_FMRS, sample_count=sample_count
    )


def measure_pair_points(
    folds: Sequence[Fold], photos: EmbeddedPhotos, resampler: PeopleResampler
) -> list[OperatingPoint]:
    """Return the error rates at each of `PAIR_TARGET_FMRS`, from the protocol's pairs alone.

    For protocols that do not tell who is who: thresholds are chosen on the impostor pairs of the
    other folds and tested on the pairs of the held-out fold.
    """
    compared = [compare_pairs(photos, fold.pairs) for fold in folds]
    fold = np.repeat(np.arange(len(folds)), [len(part.scores) for part in compared])
    pairs = Comparisons(
        np.concatenate([part.scores for part in compared]),
        np.concatenate([part.references for part in compared]),
        np.concatenate([part.probes for part in compared]),
        np.concatenate([part.genuine for part in compared]),
        sum(part.distinct_impostors for part in compared),
    )
    return _measure_points(pairs, fold, fold, resampler, targets=PAIR_TARGET_FMRS, sample_count=1)


def on_other_genuine(
    points: Sequence[OperatingPoint],
    genuine: Comparisons,
    folds: FoldOfPerson,
    resampler: PeopleResampler,
) -> list[OperatingPoint]:
    """Return the points with their FNMR measured on these genuine comparisons instead."""
    chosen = [np.array(point.thresholds) for point in points]
    fnmrs = _measure_fnmrs(genuine, folds[genuine.probes], chosen, resampler)
    return [
        replace(point, fnmr=fnmr, genuine_comparisons=len(genuine.scores))
        for point, fnmr in zip(points, fnmrs, strict=True)
    ]


def _measure_points(
    comparisons: Comparisons,
    first: _Folds,
    second: _Folds,
    resampler: PeopleResampler,
    *,
    targets: Sequence[float],
    sample_count: int,
) -> list[OperatingPoint]:
    """Choose thresholds and test them; first, second: the folds of both sides, one a comparison."""
    is_impostor = ~comparisons.genuine
    is_tested = is_impostor & (first == second)
    impostor_fold = np.where(is_impostor, first, -1)
    chosen = _choose_thresholds(comparisons.scores, impostor_fold, second, targets)
    fold, scores = first[is_tested], comparisons.scores[is_tested]
    fmrs = resampler.estimate_rates(
        [scores >= thresholds[fold] for thresholds in chosen],
        comparisons.references[is_tested],
        comparisons.probes[is_tested],
    )
    genuine = comparisons.select_genuine()
    fnmrs = _measure_fnmrs(genuine, second[comparisons.genuine], chosen, resampler)
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
        for target, thresholds, fmr, fnmr in zip(targets, chosen, fmrs, fnmrs, strict=True)
    ]


def _measure_fnmrs(
    genuine: Comparisons,
    fold: _Folds,
    chosen: Sequence[_Thresholds],
    resampler: PeopleResampler,
) -> list[Estimate]:
    if not len(genuine.scores):
        raise InvalidRequestError("there is no genuine comparison of two photos with a face")
    errors = [genuine.scores < thresholds[fold] for thresholds in chosen]
    return resampler.estimate_rates(errors, genuine.references, genuine.probes)


def _choose_thresholds(
    scores: Scores, first_fold: _Folds, second_fold: _Folds, targets: Sequence[float]
) -> list[_Thresholds]:
    """Return for each target one threshold a fold, from the other folds' impostors.

    first_fold: -1 where a comparison is not of impostors.
    """
    others = [
        scores[(first_fold >= 0) & (first_fold != held_out) & (second_fold != held_out)]
        for held_out in range(int(second_fold.max()) + 1)
    ]
    if any(len(impostors) == 0 for impostors in others):
        raise InvalidRequestError("a fold has no other people to choose its threshold on")
    return [
        np.array([find_threshold(impostors, target) for impostors in others]) for target in targets
    ]
