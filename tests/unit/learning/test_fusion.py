from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import numpy.typing as npt
import pytest

from mien.core.matching import Floats, LearnedFusion, Matcher
from mien.core.scoring import Calibration
from mien.evaluation.calibrate import format_calibration
from mien.evaluation.comparisons import compare_references
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.protocol import PairProtocol
from mien.evaluation.verification import number_folds
from mien.inference.calibration import parse_fusion
from mien.learning.fusion import CrossFitted, train_fusion
from tests.unit.learning.conftest import PARTS

FMR = 0.01


def everybody(photos: EmbeddedPhotos) -> npt.NDArray[np.bool_]:
    return np.ones(len(photos.people), dtype=np.bool_)


def rejected(scores: Floats, genuine: npt.NDArray[np.bool_]) -> float:
    """Return the share of genuine comparisons below the threshold for `FMR`."""
    threshold = np.quantile(scores[~genuine], 1 - FMR)
    return float((scores[genuine] < threshold).mean())


@pytest.fixture(scope="module")
def fusion(photos: EmbeddedPhotos) -> LearnedFusion:
    return train_fusion(photos, everybody(photos))


@pytest.fixture(scope="module")
def learned(photos: EmbeddedPhotos, cross_fitted: CrossFitted) -> Floats:
    """Everybody compared with everybody, by fusions that have not seen them."""
    every = photos.summarize(np.arange(len(photos.people))[:, None])
    return cross_fitted(every, photos.people, every, photos.people)


class TestLearning:
    def test_it_beats_the_weighted_mean_where_strengths_tell_whom_to_trust(
        self, photos: EmbeddedPhotos, cross_fitted: CrossFitted
    ) -> None:
        rng = np.random.default_rng(0)
        mean = compare_references(photos, 1, rng)
        learned = compare_references(photos, 1, rng, cross_fitted)

        assert rejected(learned.scores, learned.genuine) < 0.8 * rejected(mean.scores, mean.genuine)

    def test_a_low_cosine_says_less_of_a_face_that_the_model_hardly_saw(
        self, fusion: LearnedFusion
    ) -> None:
        clear, dim = np.log([[12.0 * 12.0, 100.0], [3.0 * 3.0, 100.0]])
        cosines = np.array([[0.1, 0.6]], np.float32)

        seen_well, hardly_seen = (
            fusion(cosines, strengths[None].astype(np.float32))[0] for strengths in (clear, dim)
        )

        assert hardly_seen > seen_well

    def test_more_alike_scores_higher(self, fusion: LearnedFusion) -> None:
        cosines = np.linspace(-0.2, 0.95, 20, dtype=np.float32)
        strengths = np.full((20, 2), np.log(100), np.float32)

        scores = fusion(np.stack([cosines, cosines], axis=1), strengths)

        assert (np.diff(scores) > 0).all()

    def test_it_is_the_same_each_time(self, photos: EmbeddedPhotos, fusion: LearnedFusion) -> None:
        again = train_fusion(photos, everybody(photos))

        for field in fields(LearnedFusion):
            np.testing.assert_array_equal(getattr(again, field.name), getattr(fusion, field.name))

    def test_those_who_are_left_out_teach_nothing(self, photos: EmbeddedPhotos) -> None:
        taught = photos.people < photos.people.max() // 2
        spoilt = photos.embeddings.copy()
        spoilt[~taught] = np.random.default_rng(2).normal(size=spoilt[~taught].shape)

        one, other = (
            train_fusion(replace(photos, embeddings=embeddings), taught)
            for embeddings in (photos.embeddings, spoilt)
        )

        np.testing.assert_array_equal(one.hidden, other.hidden)
        np.testing.assert_array_equal(one.center, other.center)

    def test_what_it_learned_survives_being_written(
        self, photos: EmbeddedPhotos, fusion: LearnedFusion
    ) -> None:
        read = parse_fusion(format_calibration(Calibration("", "", {}), fusion))

        first, second = photos.embeddings[:50], photos.embeddings[50:100]
        np.testing.assert_allclose(
            Matcher(PARTS, read).compare_rows(first, second),
            Matcher(PARTS, fusion).compare_rows(first, second),
            atol=1e-3,
        )

    def test_models_whose_vectors_are_all_of_one_length_are_learned_too(
        self, photos: EmbeddedPhotos
    ) -> None:
        """Their strengths differ by rounding alone, and rounding must not be learned from."""
        parts = np.split(photos.embeddings, 2, axis=1)
        units = np.concatenate(
            [part / np.linalg.norm(part, axis=1, keepdims=True) for part in parts], axis=1
        )
        even = replace(photos, embeddings=units.astype(np.float32))
        fusion = train_fusion(even, everybody(even))
        read = parse_fusion(format_calibration(Calibration("", "", {}), fusion))

        exact, rounded = (
            Matcher(PARTS, each).compare_rows(
                even.embeddings[:60] * np.float32(scale), even.embeddings[60:120]
            )
            for each, scale in ((fusion, 1), (read, 1 + 1e-6))
        )

        assert np.isfinite(rounded).all()
        np.testing.assert_allclose(rounded, exact, atol=0.05)


class TestCrossFitting:
    def test_all_comparisons_have_a_score(self, photos: EmbeddedPhotos, learned: Floats) -> None:
        assert learned.shape == (len(photos.people), len(photos.people))
        assert np.isfinite(learned).all()
        np.testing.assert_allclose(learned, learned.T, atol=1e-4)

    def test_two_people_are_compared_by_what_was_learned_from_the_other_folds(
        self, protocol: PairProtocol, photos: EmbeddedPhotos, learned: Floats
    ) -> None:
        folds = number_folds(protocol, photos)[photos.people]
        rows, columns = np.flatnonzero(folds == 1)[:5], np.flatnonzero(folds == 2)[:5]

        matcher = Matcher(PARTS, train_fusion(photos, (folds != 1) & (folds != 2)))

        expected = matcher.compare_all(
            photos.summarize(rows[:, None]), photos.summarize(columns[:, None])
        )
        np.testing.assert_allclose(learned[np.ix_(rows, columns)], expected, atol=1e-4)

    @pytest.mark.parametrize("pair", [(0, 2), (1, 1)])
    def test_who_two_people_are_is_not_known_to_what_compares_them(
        self,
        protocol: PairProtocol,
        photos: EmbeddedPhotos,
        learned: Floats,
        pair: tuple[int, int],
    ) -> None:
        """With the labels of their folds scrambled their scores stay, and others change."""
        folds = number_folds(protocol, photos)[photos.people]
        scrambled = _scramble(photos.people, folds, pair)
        names = dict(zip(photos.people.tolist(), photos.acquired, strict=True))
        acquired = tuple(
            replace(photo, person=names[number].person)
            for photo, number in zip(photos.acquired, scrambled.tolist(), strict=True)
        )
        spoilt = CrossFitted(PARTS, protocol, replace(photos, acquired=acquired, people=scrambled))
        every = photos.summarize(np.arange(len(photos.people))[:, None])

        scores = spoilt(every, scrambled, every, scrambled)

        first, second = (np.flatnonzero(folds == fold) for fold in pair)
        np.testing.assert_array_equal(scores[np.ix_(first, second)], learned[np.ix_(first, second)])
        others = np.flatnonzero(~np.isin(folds, pair))
        assert not np.allclose(scores[np.ix_(others, others)], learned[np.ix_(others, others)])

    def test_there_is_a_matcher_for_each_fold(
        self, protocol: PairProtocol, cross_fitted: CrossFitted
    ) -> None:
        assert len(cross_fitted.within_folds) == len(protocol.folds)
        assert len(set(map(id, cross_fitted.within_folds))) == len(protocol.folds)


def _scramble(
    people: npt.NDArray[np.int32], folds: npt.NDArray[np.int32], chosen: tuple[int, int]
) -> npt.NDArray[np.int32]:
    """Deal the people of two folds new photos, each of them within its fold."""
    scrambled = people.copy()
    rng = np.random.default_rng(3)
    for fold in set(chosen):
        places = np.flatnonzero(folds == fold)
        scrambled[places] = rng.permutation(people[places])
    return scrambled
