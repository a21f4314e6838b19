from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from mien.core.matching import Floats, Gist, Matcher
from mien.core.template import EmbeddingPart, normalize
from mien.errors import InvalidRequestError
from mien.evaluation.comparisons import (
    SUBSETS_PER_PERSON,
    compare_pairs,
    compare_references,
)
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.protocol import PairProtocol
from mien.evaluation.resampling import People


def _rng() -> np.random.Generator:
    return np.random.default_rng(3)


def test_single_photos_meet_every_other_once(photos: EmbeddedPhotos) -> None:
    compared = compare_references(photos, 1, _rng())
    assert len(compared.scores) == math.comb(len(photos.acquired), 2)
    own = np.bincount(photos.people)
    assert compared.genuine.sum() == sum(math.comb(count, 2) for count in own.tolist())
    assert compared.distinct_impostors == (~compared.genuine).sum()


def test_a_reference_never_meets_its_own_photos(photos: EmbeddedPhotos) -> None:
    compared = compare_references(photos, 3, _rng())
    total, own = len(photos.acquired), np.bincount(photos.people)
    choices = [min(SUBSETS_PER_PERSON, math.comb(count, 3)) for count in own.tolist()]
    assert len(compared.scores) == sum(choices) * (total - 3)
    expected = sum(n * (count - 3) for n, count in zip(choices, own.tolist(), strict=True))
    assert compared.genuine.sum() == expected


def test_repeated_people_and_photos_are_no_new_impostors(photos: EmbeddedPhotos) -> None:
    compared = compare_references(photos, 3, _rng())
    total, own = len(photos.acquired), np.bincount(photos.people)
    assert compared.distinct_impostors == sum(total - count for count in own.tolist())
    assert compared.distinct_impostors < (~compared.genuine).sum()


def test_a_reference_is_the_direction_of_its_photos_together(photos: EmbeddedPhotos) -> None:
    compared = compare_references(photos, 5, _rng())
    person = int(np.argmin(np.bincount(photos.people)))  # has exactly five photos: one choice
    own = photos.people == person
    reference = normalize(photos.embeddings[own].mean(axis=0))
    scores = compared.scores[compared.references == person]
    assert np.allclose(scores, photos.embeddings[~own] @ reference, atol=1e-6)


def test_the_same_seed_chooses_the_same_photos(photos: EmbeddedPhotos) -> None:
    first, second = (compare_references(photos, 2, _rng()) for _ in range(2))
    assert np.array_equal(first.scores, second.scores)


def test_more_photos_than_anybody_has_are_refused(photos: EmbeddedPhotos) -> None:
    with pytest.raises(InvalidRequestError, match="nobody has 99 photos"):
        compare_references(photos, 99, _rng())


def test_pairs_with_a_missed_photo_are_left_out(
    photos: EmbeddedPhotos, protocol: PairProtocol
) -> None:
    pairs = protocol.folds[0].pairs
    compared = compare_pairs(photos, pairs)
    missed = set(photos.missed)
    kept = [pair for pair in pairs if not {pair.first, pair.second} & missed]
    assert 0 < len(kept) < len(pairs)
    assert compared.genuine.tolist() == [pair.genuine for pair in kept]
    place = photos.acquired.index
    expected = [
        photos.embeddings[place(pair.first)] @ photos.embeddings[place(pair.second)]
        for pair in kept[:20]
    ]
    assert np.allclose(compared.scores[:20], expected, atol=1e-6)


def test_the_photos_own_matcher_says_how_alike_they_are(
    photos: EmbeddedPhotos, protocol: PairProtocol
) -> None:
    """Of two models that see half of an embedding each, one is not listened to."""
    parts = [EmbeddingPart("heard", "", 16, weight=1.0), EmbeddingPart("not", "", 16, weight=0.0)]
    half = photos.embeddings.copy()
    half[:, 16:] = 0
    views = replace(photos, matcher=Matcher(parts)), replace(photos, embeddings=half)
    found, expected = (compare_references(view, 1, _rng()).scores for view in views)
    assert np.allclose(found, expected, atol=1e-6)
    found, expected = (compare_pairs(view, protocol.pairs).scores for view in views)
    assert np.allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("sample_count", [1, 3])
def test_who_compares_is_told_whose_photos_they_are(
    photos: EmbeddedPhotos, sample_count: int
) -> None:
    def same_person(first: Gist, mine: People, second: Gist, theirs: People) -> Floats:
        assert len(first.directions) == len(mine)
        assert len(second.directions) == len(theirs)
        return np.asarray(mine[:, None] == theirs[None], np.float32)

    compared = compare_references(photos, sample_count, _rng(), same_person)
    assert np.array_equal(compared.scores == 1, compared.genuine)
