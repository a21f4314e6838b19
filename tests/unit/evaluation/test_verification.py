from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mien.core.quality import QualityLimits, QualityReason
from mien.errors import InvalidRequestError
from mien.evaluation.assess import Assessment, assess
from mien.evaluation.comparisons import compare_references
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.protocol import PairProtocol
from mien.evaluation.resampling import PeopleResampler
from mien.evaluation.verification import (
    PAIR_TARGET_FMRS,
    OperatingPoint,
    measure_accuracy,
    measure_operating_points,
    measure_pair_points,
    number_folds,
)


def _measure(protocol: PairProtocol, photos: EmbeddedPhotos) -> list[OperatingPoint]:
    folds = number_folds(protocol, photos)
    return measure_operating_points(
        compare_references(photos, 1, np.random.default_rng(0)),
        folds,
        PeopleResampler(len(folds), np.random.default_rng(0)),
        sample_count=1,
    )


def _of_fold(protocol: PairProtocol, photos: EmbeddedPhotos, fold: int) -> list[bool]:
    return [photo.person in protocol.folds[fold].people for photo in photos.acquired]


def test_everybody_belongs_to_one_fold(protocol: PairProtocol, photos: EmbeddedPhotos) -> None:
    folds = number_folds(protocol, photos)
    for fold in range(len(protocol.folds)):
        assert (folds[photos.people] == fold).tolist() == _of_fold(protocol, photos, fold)


def test_a_threshold_is_chosen_on_other_people_than_it_is_tested_on(
    protocol: PairProtocol, photos: EmbeddedPhotos
) -> None:
    """Spoiling a fold changes the thresholds of all others, but never its own."""
    before = _measure(protocol, photos)
    embeddings = photos.embeddings.copy()
    embeddings[_of_fold(protocol, photos, 1)] = embeddings[0]
    after = _measure(protocol, replace(photos, embeddings=embeddings))
    for old, new in zip(before, after, strict=True):
        assert new.thresholds[1] == old.thresholds[1]
        assert all(new.thresholds[k] != old.thresholds[k] for k in (0, 2, 3))
        assert new.fmr.value > old.fmr.value


def test_rates_are_those_of_the_held_out_comparisons(
    protocol: PairProtocol, photos: EmbeddedPhotos
) -> None:
    point = _measure(protocol, photos)[0]
    folds = number_folds(protocol, photos)[photos.people]
    matches = trials = misses = genuine = 0
    for i in range(len(folds)):
        for j in range(i):
            score = float(photos.embeddings[i] @ photos.embeddings[j])
            threshold = point.thresholds[folds[i]]
            if photos.people[i] == photos.people[j]:
                genuine += 1
                misses += score < threshold
            elif folds[i] == folds[j]:
                trials += 1
                matches += score >= threshold
    assert (point.impostor_comparisons, point.genuine_comparisons) == (trials, genuine)
    assert point.fmr.value == pytest.approx(matches / trials)
    assert point.fnmr.value == pytest.approx(misses / genuine)


def test_photos_without_a_face_cost_accuracy_only_where_they_are_counted(
    protocol: PairProtocol, photos: EmbeddedPhotos
) -> None:
    accuracy = measure_accuracy(protocol, photos)
    left_out = accuracy.every_pairs - accuracy.acquired_pairs
    assert left_out > 0
    assert accuracy.wrong.value == pytest.approx(
        accuracy.acquired.value * accuracy.acquired_pairs / accuracy.every_pairs, abs=1e-4
    )
    assert accuracy.wrong.value < accuracy.refused.value


def test_a_fold_without_faces_is_refused(protocol: PairProtocol, photos: EmbeddedPhotos) -> None:
    kept = np.array(_of_fold(protocol, photos, 0))
    only_one_fold = EmbeddedPhotos(
        acquired=tuple(p for p, keep in zip(photos.acquired, kept, strict=True) if keep),
        missed=(),
        embeddings=photos.embeddings[kept],
        people=np.unique(photos.people[kept], return_inverse=True)[1].astype(np.int32),
        qualities=tuple(q for q, keep in zip(photos.qualities, kept, strict=True) if keep),
        central=photos.central[kept],
        matcher=photos.matcher,
    )
    with pytest.raises(InvalidRequestError, match="a fold has no"):
        assess(protocol, only_one_fold, QualityLimits(), "contract")


def test_stricter_targets_mean_higher_thresholds_and_more_rejections(
    assessment: Assessment,
) -> None:
    assert [point.sample_count for point in assessment.enrolled] == [1] * 3 + [2] * 3 + [3] * 3 + [
        5
    ] * 3
    for points in (assessment.verification, assessment.enrolled[:3]):
        assert [point.target_fmr for point in points] == [1e-2, 1e-3, 1e-4]
        thresholds = np.array([point.thresholds for point in points])
        assert np.all(np.diff(thresholds, axis=0) > 0)
        assert np.all(np.diff([point.fnmr.value for point in points]) >= 0)
        assert np.all(np.diff([point.fmr.value for point in points]) <= 0)


def test_every_interval_contains_its_estimate(assessment: Assessment) -> None:
    estimates = [
        assessment.failure_to_acquire,
        assessment.separation.equal_error_rate,
        assessment.accuracy.acquired,
        *(point.fmr for point in assessment.enrolled),
        *(point.fnmr for point in assessment.enrolled),
    ]
    assert all(found.low <= found.value <= found.high for found in estimates)


def test_an_assessment_can_be_repeated(
    assessment: Assessment, protocol: PairProtocol, photos: EmbeddedPhotos
) -> None:
    assert assess(protocol, photos, QualityLimits(), "0123abcd") == assessment


def test_the_gate_counts_what_it_refuses(assessment: Assessment, photos: EmbeddedPhotos) -> None:
    gate = assessment.gate
    blurred = sum(quality.sharpness < gate.limits.min_sharpness for quality in photos.qualities)
    assert gate.refused[QualityReason.BLURRED].faces == blurred > 0
    assert gate.refused_for_any.faces == blurred
    assert gate.passed.faces == len(photos.acquired) - blurred
    assert gate.refused[QualityReason.TILTED].fnmr is None
    # What has a refused face, and what has none, are together all genuine comparisons.
    assert (
        gate.refused_for_any.genuine_comparisons + gate.passed.genuine_comparisons
        == assessment.enrolled[0].genuine_comparisons
    )


def test_whoever_several_folds_show_belongs_to_the_one_that_shows_them_most(
    protocol: PairProtocol, photos: EmbeddedPhotos
) -> None:
    """A pair of two people of fold 0, moved to fold 1, makes neither of them one of fold 1."""
    first, second, *rest = protocol.folds
    moved = replace(second, pairs=(*second.pairs, first.pairs[-1]))
    shared = replace(protocol, folds=(first, moved, *rest))
    assert shared.people_in_several_folds == 2
    assert np.array_equal(number_folds(shared, photos), number_folds(protocol, photos))


def test_without_known_people_only_the_pairs_are_compared(
    unidentified_assessment: Assessment, assessment: Assessment, protocol: PairProtocol
) -> None:
    points = unidentified_assessment.verification
    assert [point.target_fmr for point in points] == list(PAIR_TARGET_FMRS)
    missed = 4 * 5  # each fold's first person misses a photo, of five genuine pairs
    impostor = sum(not pair.genuine for pair in protocol.pairs)
    for point in points:
        assert point.genuine_comparisons == len(protocol.pairs) - impostor - missed
        assert point.impostor_comparisons < impostor
    assert unidentified_assessment.enrolled == ()
    assert unidentified_assessment.identification == ()
    assert unidentified_assessment.accuracy == assessment.accuracy


def test_pairs_alone_set_thresholds_on_other_folds(
    protocol: PairProtocol, photos: EmbeddedPhotos
) -> None:
    def measure(pictures: EmbeddedPhotos) -> list[OperatingPoint]:
        resampler = PeopleResampler(80, np.random.default_rng(0))
        return measure_pair_points(protocol.folds, pictures, resampler)

    before = measure(photos)
    embeddings = photos.embeddings.copy()
    embeddings[_of_fold(protocol, photos, 1)] = embeddings[0]
    after = measure(replace(photos, embeddings=embeddings))
    for old, new in zip(before, after, strict=True):
        assert new.thresholds[1] == old.thresholds[1]
        assert all(new.thresholds[k] != old.thresholds[k] for k in (0, 2, 3))


def test_only_measures_that_vary_have_tails(assessment: Assessment) -> None:
    assert {tail.measure for tail in assessment.gate.tails} == {"sharpness"}
    assert assessment.gate.distribution["brightness"] == (120,) * 7
