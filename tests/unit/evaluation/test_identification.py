from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.identification import (
    SPLITS,
    TARGET_FPIRS,
    IdentificationPoint,
    Searches,
    measure_identification,
    measure_points,
    search_splits,
    trace_curve,
)
from mien.evaluation.resampling import PeopleResampler

PEOPLE = 80


def _rng(seed: int = 5) -> np.random.Generator:
    return np.random.default_rng(seed)


def _resampler() -> PeopleResampler:
    return PeopleResampler(PEOPLE, _rng())


def _search(photos: EmbeddedPhotos, count: int = 1, seed: int = 5) -> Searches:
    searches = search_splits(photos, count, _rng(seed))
    assert searches is not None
    return searches


@pytest.fixture(scope="module")
def searches(photos: EmbeddedPhotos) -> Searches:
    return _search(photos)


@pytest.fixture(scope="module")
def points(photos: EmbeddedPhotos) -> list[IdentificationPoint]:
    return measure_identification(photos, _resampler(), _rng())


def test_half_are_enrolled_and_all_other_photos_searched(searches: Searches) -> None:
    assert searches.gallery == PEOPLE // 2
    for split in range(SPLITS):
        mated = searches.mated & (searches.split == split)
        other = ~searches.mated & (searches.split == split)
        enrolled, strangers = set(searches.probes[mated]), set(searches.probes[other])
        assert len(enrolled) == len(strangers) == PEOPLE // 2
        assert not enrolled & strangers
        # 476 photos are found; each enrolled person leaves one in the gallery.
        assert mated.sum() + other.sum() == 476 - PEOPLE // 2


def test_the_halves_of_the_strangers_share_nobody(searches: Searches) -> None:
    for split in range(SPLITS):
        first, second = (
            set(searches.probes[(searches.split == split) & (searches.group == group)])
            for group in (0, 1)
        )
        assert not first & second
        assert len(first) == len(second) == PEOPLE // 4


def test_strangers_are_never_hits(searches: Searches) -> None:
    assert not searches.hit[~searches.mated].any()
    assert searches.hit[searches.mated].mean() > 0.5


def test_splits_differ_and_can_be_repeated(photos: EmbeddedPhotos, searches: Searches) -> None:
    again = _search(photos)
    assert np.array_equal(again.scores, searches.scores)
    first, second = (set(searches.probes[searches.mated & (searches.split == k)]) for k in (0, 1))
    assert first != second


def test_a_reference_is_of_photos_that_are_not_searched(
    photos: EmbeddedPhotos,
) -> None:
    """With everybody's photos the same, each mated search returns its person at similarity 1."""
    directions = photos.embeddings[np.unique(photos.people, return_index=True)[1]]
    same = replace(photos, embeddings=directions[photos.people])
    searches = _search(same, count=3)
    assert searches.hit[searches.mated].all()
    assert np.allclose(searches.scores[searches.mated], 1, atol=1e-6)
    assert searches.mated.sum() == SPLITS * (searches.gallery * 3 - _short(same, searches))


def _short(photos: EmbeddedPhotos, searches: Searches) -> float:
    """Return how many enrolled people a split has, on average, of those with a photo less."""
    few = np.flatnonzero(np.bincount(photos.people) == 5)
    mated = searches.mated
    enrolled = [set(searches.probes[mated & (searches.split == k)]) for k in range(SPLITS)]
    return sum(len(people & set(few)) for people in enrolled) / SPLITS


def test_points_are_for_one_and_three_photos(points: list[IdentificationPoint]) -> None:
    assert [(point.photos, point.target_fpir) for point in points] == [
        (count, target) for count in (1, 3) for target in TARGET_FPIRS
    ]
    for point in points:
        # A half has about 119 searches: a threshold for 1 % lets one pass, and the next is near.
        assert point.fpir.value == pytest.approx(point.target_fpir, abs=0.02)
        assert point.fpir.low <= point.fpir.value <= point.fpir.high
        assert point.tpir.low <= point.tpir.value <= point.tpir.high <= 1
        assert point.tpir.value <= point.rank_one.value
        assert point.thresholds[0] <= point.thresholds[1]


def test_more_photos_and_more_false_alarms_find_more(points: list[IdentificationPoint]) -> None:
    one_loose, one_strict, three_loose, three_strict = (point.tpir.value for point in points)
    assert one_strict < one_loose
    assert three_strict < three_loose
    assert one_strict < three_strict


def test_a_threshold_is_tested_on_other_strangers_than_set_it(searches: Searches) -> None:
    """Strangers of one half that match everybody make the other half's false positives."""
    spoiled = searches.scores.copy()
    first_half = searches.group == 0
    spoiled[first_half] = 1.0
    (point, *_) = measure_points(replace(searches, scores=spoiled), _resampler(), photos=1)
    # Thresholds of the second half let all of the first pass; those of the first, none at all.
    strangers = searches.group >= 0
    assert point.fpir.value == pytest.approx(first_half.sum() / strangers.sum())


def test_too_few_people_are_not_identified(photos: EmbeddedPhotos) -> None:
    kept = photos.people < 3
    few = replace(
        photos,
        acquired=tuple(p for p, keep in zip(photos.acquired, kept, strict=True) if keep),
        embeddings=photos.embeddings[kept],
        people=photos.people[kept],
        qualities=photos.qualities[: int(kept.sum())],
        central=photos.central[kept],
    )
    assert search_splits(few, 1, _rng()) is None
    assert measure_identification(few, _resampler(), _rng()) == []


@settings(max_examples=20)
@given(st.lists(st.floats(1e-3, 1), min_size=2, max_size=20))
def test_the_curve_rises_with_the_false_positives_up_to_rank_one(
    searches: Searches, fpirs: list[float]
) -> None:
    tpir = trace_curve(searches, sorted(fpirs))
    assert np.all(np.diff(tpir) >= 0)
    assert tpir.max() <= searches.hit[searches.mated].mean()
