"""People of a gallery compared with themselves and each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from mien.core import gallery_scores
from mien.core.gallery_scores import MOST_PAIRS, compare_people
from mien.core.groups import FEWEST
from mien.core.matching import Floats, Matcher
from mien.core.template import EmbeddingPart, SubjectId

DIMENSION = 32
MATCHER = Matcher([EmbeddingPart("alone", "its weights", DIMENSION, 1.0)])


def people(*counts: int, noise: float = 0.3) -> list[Floats]:
    """So many samples of each of several people."""
    rng = np.random.default_rng(7)
    return [
        (rng.normal(size=DIMENSION) + noise * rng.normal(size=(count, DIMENSION))).astype(
            np.float32
        )
        for count in counts
    ]


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def naive(everybody: Sequence[Floats]) -> tuple[list[float], list[float]]:
    """Compare one by one: each sample with the others' reference, and every other's first one."""
    genuine: list[float] = []
    impostor: list[float] = []
    for number, samples in enumerate(everybody):
        for place, sample in enumerate(samples):
            others = list(np.delete(samples, place, axis=0))
            reference = MATCHER.reference(SubjectId("x"), others)
            genuine.append(MATCHER.compare(sample, reference).similarity)
            if place == 0:
                strangers = (each for n, each in enumerate(everybody) if n != number)
                impostor += [MATCHER.compare(s[0], reference).similarity for s in strangers]
    return genuine, impostor


def test_scores_are_those_of_comparing_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery_scores, "_PEOPLE_AT_A_TIME", 4)
    everybody = people(*[2] * 9, noise=0.3)
    # With one and the same sample twice it makes no difference which of them is the stranger's.
    same = [np.repeat(samples[:1], 2, axis=0) for samples in everybody]
    (scores,) = compare_people(MATCHER, everybody, rng()).values()
    assert sorted(scores.genuine) == pytest.approx(sorted(naive(everybody)[0]), abs=1e-5)
    (scores,) = compare_people(MATCHER, same, rng()).values()
    assert sorted(scores.impostor) == pytest.approx(sorted(naive(same)[1]), abs=1e-5)
    assert len(scores.impostor) == 9 * 8
    assert sorted(np.unique(scores.impostor_of, return_counts=True)[1]) == [8] * 9


def test_people_of_equally_many_samples_are_told_together() -> None:
    found = compare_people(MATCHER, people(*[2] * 6, *[4] * 5, *[1] * 3), rng())
    assert {count: len(scores.genuine) for count, scores in found.items()} == {1: 12, 3: 15}
    # Who has one sample only is a stranger to the others.
    assert len(found[1].impostor) == 6 * 13


@pytest.mark.parametrize("counts", [(), (1,) * 20, (3,) * (FEWEST - 1), (2, 2, 2, 3, 3, 4, 5)])
def test_nothing_is_told_of_fewer_than_five_people(counts: tuple[int, ...]) -> None:
    assert not compare_people(MATCHER, people(*counts), rng())


def test_the_pairs_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_PAIRS == 200_000
    monkeypatch.setattr(gallery_scores, "MOST_PAIRS", 100)
    (scores,) = compare_people(MATCHER, people(*[2] * 20), rng()).values()
    assert len(scores.impostor) <= 100
    assert len(scores.genuine) == 40


def test_the_same_chance_gives_the_same_scores() -> None:
    everybody = people(*[3] * 8)
    first, second = (compare_people(MATCHER, everybody, rng())[2] for _ in range(2))
    assert np.array_equal(first.impostor, second.impostor)


def test_people_are_more_like_themselves() -> None:
    (scores,) = compare_people(MATCHER, people(*[3] * 8), rng()).values()
    assert scores.genuine.min() > scores.impostor.max()
